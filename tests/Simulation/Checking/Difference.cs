namespace Mining.Simulation.Checking;

/// <summary>The mesh deviated from the model; anything after that is meaningless.</summary>
internal sealed class DifferenceFoundException(string message) : Exception(message);
