using Mining.LocalMesh.Run;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// What the mesh meets in production, found as users have it. On CI (<c>CI=true</c>) a missing part fails the test; elsewhere it skips
/// the test, with a sentence on how to get the part.
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

    /// <summary>Answers the part, or ends the test.</summary>
    /// <param name="found">Where the part is; null: it is missing.</param>
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
