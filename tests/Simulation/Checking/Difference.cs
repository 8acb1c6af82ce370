namespace Mining.Simulation.Checking;

/// <summary>The mesh did not do what the model says; nothing after it means anything.</summary>
internal sealed class DifferenceFoundException(string message) : Exception(message);
