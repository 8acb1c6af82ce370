namespace Mining.LocalMesh.Run;

/// <summary>What <c>./dev run</c> was told.</summary>
/// <param name="PortBase">The gateway's port.</param>
/// <param name="Folder">Where the mesh keeps its files.</param>
/// <param name="Data">The folder of CSV files to load.</param>
/// <param name="IsFresh">Begin with empty databases.</param>
/// <param name="HasSample">Load the data.</param>
/// <param name="SqlServer">The connection string of a SQL Server for the databases; null: SQLite.</param>
/// <param name="Dapr">The programs of real sidecars; null: the services share the local sidecar.</param>
internal sealed record RunOptions(int PortBase, string Folder, string Data, bool IsFresh, bool HasSample, string? SqlServer, DaprPrograms? Dapr);
