using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace Mining.LocalMesh.Run;

/// <summary>
/// The databases of a mesh on a SQL Server: one per service, named after it. The services create them at startup. The connection
/// string is only checked for its server and database; the services report other errors in it.
/// </summary>
internal static class DatabasesOnServer
{
    private static readonly string[] Servers = ["Server", "Data Source", "Address", "Addr", "Network Address"];
    private static readonly string[] Databases = ["Database", "Initial Catalog"];

    /// <summary>The reason why the connection string cannot be used, or null.</summary>
    public static string? ProblemOf(string connectionString)
    {
        try
        {
            var words = new DbConnectionStringBuilder { ConnectionString = connectionString };
            if (!Servers.Any(words.ContainsKey))
                return "the connection string names no server, as in 'Server=localhost;User Id=sa;Password=…;TrustServerCertificate=true'.";
            return Databases.Any(words.ContainsKey) ? "omit the database; each service has its own." : null;
        }
        catch (ArgumentException exception)
        {
            return $"the connection string cannot be read ({exception.Message}).";
        }
    }

    /// <summary>The connection string of one service.</summary>
    public static string ConnectionString(string server, string service) =>
        new DbConnectionStringBuilder { ConnectionString = server, ["Database"] = $"mining_{service}" }.ConnectionString;

    /// <summary>An identifier of the server that does not reveal the password.</summary>
    public static string Mark(string server)
    {
        var words = new DbConnectionStringBuilder { ConnectionString = server };
        var name = Servers.Where(words.ContainsKey).Select(key => $"{words[key]}").First();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12];
    }
}
