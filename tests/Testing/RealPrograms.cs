using Mining.LocalMesh.Run;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// Finds the real programs that the mesh uses in production. On CI (<c>CI=true</c>) a missing one fails the test; elsewhere the test is
/// skipped with a message on how to get it.
/// </summary>
public static class RealPrograms
{
    private const string HowToGetRabbitMq =
        "rabbitmq-server is missing on PATH. Install RabbitMQ, for example with `apt-get install rabbitmq-server` or `brew install rabbitmq`.";

    public static string Daprd => Require(InstalledPrograms.FindDaprd(), InstalledPrograms.HowToGetDaprd);

    public static string Redis => Require(InstalledPrograms.FindOnPath("redis-server"), InstalledPrograms.HowToGetRedis);

    public static string RabbitMq => Require(InstalledPrograms.FindOnPath("rabbitmq-server"), HowToGetRabbitMq);

    /// <summary>Erlang's port mapper, which comes with RabbitMQ.</summary>
    public static string ErlangPortMapper => Require(InstalledPrograms.FindOnPath("epmd"), HowToGetRabbitMq);

    /// <summary>Returns the program, or ends the test.</summary>
    /// <param name="found">The path of the program; null: it is missing.</param>
    /// <param name="howToGet">What is missing, and how to get it.</param>
    public static string Require(string? found, string howToGet)
    {
        if (found is null && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(howToGet);
        if (found is null)
            Assert.Skip(howToGet);
        return found;
    }
}
