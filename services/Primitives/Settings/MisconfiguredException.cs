namespace Mining.Primitives.Settings;

/// <summary>The configuration is invalid. The message is for the operator and names every violation.</summary>
public sealed class MisconfiguredException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
