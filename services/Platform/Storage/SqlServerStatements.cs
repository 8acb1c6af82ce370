namespace Mining.Platform.Storage;

/// <summary>
/// Statements for SQL Server only: session setup and the frame of migrations. Complete statements, because a test parses them.
/// </summary>
internal static class SqlServerStatements
{
    /// <summary>
    /// For the writer's session. An error must not abort the whole transaction, so that a refused command is rolled back to its savepoint
    /// without affecting the others. The lock timeout for another replica's transaction is 10 s; then the command is run again.
    /// </summary>
    public const string PrepareWriter = "SET NOCOUNT OFF; SET XACT_ABORT OFF; SET LOCK_TIMEOUT 10000;";

    /// <summary>
    /// Allows one migration at a time per database and, in <c>master</c>, one creation of databases. The lock ends with the connection.
    /// </summary>
    public const string LockMigrations =
        """
        DECLARE @result INT;
        EXEC @result = sp_getapplock @Resource = N'mining-migrate', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = @patience;
        SELECT @result;
        """;

    /// <summary>Returns NULL if there is no database with this name.</summary>
    public const string FindDatabase = "SELECT DB_ID(@Name)";

    /// <summary>Replace {0} with the name.</summary>
    public const string MakeDatabase = "CREATE DATABASE [{0}]";

    public const string KeepsRowVersions = "SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()";

    /// <summary>Not supported everywhere, so wrapped in EXEC: a server that cannot parse it rejects only this statement.</summary>
    public const string KeepRowVersions = "EXEC (N'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE')";
}
