namespace Mining.Platform.Storage;

/// <summary>What only SQL Server is told: how a session is set up, and what surrounds the migrations. Whole statements, for a test reads them.</summary>
internal static class SqlServerStatements
{
    /// <summary>
    /// For the writer's session. One error must not doom the whole transaction: a refused command goes back to its savepoint and the others
    /// stand. Who waits for another replica's transaction does so for 10 s; then the command is run again from its start.
    /// </summary>
    public const string PrepareWriter = "SET NOCOUNT OFF; SET XACT_ABORT OFF; SET LOCK_TIMEOUT 10000;";

    /// <summary>
    /// One migration at a time in a database, whoever begins it, and in <c>master</c> one that makes databases; the lock ends with the
    /// connection.
    /// </summary>
    public const string LockMigrations =
        """
        DECLARE @result INT;
        EXEC @result = sp_getapplock @Resource = N'mining-migrate', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = @patience;
        SELECT @result;
        """;

    /// <summary>Nothing: there is no database of this name.</summary>
    public const string FindDatabase = "SELECT DB_ID(@Name)";

    /// <summary>With the name in the place of {0}.</summary>
    public const string MakeDatabase = "CREATE DATABASE [{0}]";

    public const string KeepsRowVersions = "SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()";

    /// <summary>Not everywhere to be had, and so a text of its own: a server that cannot parse it refuses this alone.</summary>
    public const string KeepRowVersions = "EXEC (N'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE')";
}
