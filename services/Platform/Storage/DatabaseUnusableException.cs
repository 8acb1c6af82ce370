namespace Mining.Platform.Storage;

/// <summary>The database cannot be opened or brought up to date; the message says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception inner) : InvalidOperationException(message, inner);
