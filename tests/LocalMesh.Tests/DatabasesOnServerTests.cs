// At stake: which databases a mesh uses on a server, and that its password goes only to the services.
using Mining.LocalMesh.Run;
using Xunit;

namespace Mining.LocalMesh.Tests;

public sealed class DatabasesOnServerTests
{
    private const string Server = "Server=tcp:sql,1433;User Id=sa;Password=\"a;b=c\";TrustServerCertificate=true";

    [Fact]
    public void Each_service_has_a_database_of_its_own_on_the_server()
    {
        Assert.All(MeshLayout.Services, service =>
        {
            var words = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = new MeshLayout(18_000, "/mesh", Server).ConnectionString(service) };
            Assert.Equal(($"mining_{service}", "tcp:sql,1433", "sa", "a;b=c"), (words["Database"], words["Server"], words["User Id"], words["Password"]));
        });
    }

    [Fact]
    public void Without_a_server_databases_are_files_in_the_folder() =>
        Assert.Equal($"Data Source={Path.Combine("/mesh", "gateway.db")}", new MeshLayout(18_000, "/mesh").ConnectionString("gateway"));

    [Fact]
    public void The_sample_marker_identifies_the_server()
    {
        var mark = new MeshLayout(18_000, "/mesh", Server).SampleLoadedFile;
        Assert.NotEqual(new MeshLayout(18_000, "/mesh").SampleLoadedFile, mark);
        Assert.NotEqual(new MeshLayout(18_000, "/mesh", "Server=other").SampleLoadedFile, mark);
        Assert.Equal(new MeshLayout(18_000, "/mesh", "Server=tcp:sql,1433;Password=another").SampleLoadedFile, mark);
    }

    [Theory]
    [InlineData("Password=secret", "names no server")]
    [InlineData("Server=sql;Database=mine;Password=secret", "omit the database")]
    [InlineData("Server=sql;Initial Catalog=mine", "omit the database")]
    [InlineData("not a connection string", "cannot be read")]
    public void An_unusable_connection_string_is_refused_without_being_printed(string connectionString, string said)
    {
        var problem = DatabasesOnServer.ProblemOf(connectionString);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }
}
