using Google.Protobuf;
using Mining.Bench.Data;

namespace Mining.Bench.Checks;

/// <summary>
/// Checks the measured answers on small data: against a computation that shares nothing with the gateway, and each fast path against the
/// plain one. It measures no time, so it fails only if an answer is wrong, never because a machine is slow.
/// </summary>
internal static class Smoke
{
    private static readonly (string Says, Func<Task> Check)[] Checks =
    [
        ("the same seed gives the same data", SameData),
        ("summaries of many days equal the sums of DuckDB and SQLite", SummaryCheck.AgainstDatabases),
        ("after each change the cached figures equal recomputed ones", SummaryCheck.AfterEachChange),
        ("over the wire, summaries, watchers and JSON equal the read model", WireCheck.Run),
    ];

    /// <summary>0: everything is right; 1: an answer is wrong.</summary>
    public static async Task<int> Run()
    {
        foreach (var (says, check) in Checks)
        {
            try
            {
                await check();
                Console.WriteLine($"right: {says}");
            }
            catch (WrongAnswerException wrong)
            {
                Console.WriteLine($"WRONG: {says}: {wrong.Message}");
                return 1;
            }
        }

        return 0;
    }

    private static Task SameData()
    {
        var (first, second) = (new DataSet(500).All().Select(change => change.ToByteString()), new DataSet(500).All().Select(change => change.ToByteString()));
        WrongAnswerException.ThrowUnless(first.SequenceEqual(second), "two data sets of the same seed differ.");
        return Task.CompletedTask;
    }
}

/// <summary>An answer differs from the expected one.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message)
{
    public static void ThrowUnless(bool isRight, string otherwise)
    {
        if (!isRight)
            throw new WrongAnswerException(otherwise);
    }
}
