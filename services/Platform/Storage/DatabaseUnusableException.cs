namespace Mining.Platform.Storage;

/// <summary>The database cannot be opened or migrated. The message says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception inner) : InvalidOperationException(message, inner);
