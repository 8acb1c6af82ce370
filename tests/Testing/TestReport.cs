namespace Mining.Testing;

/// <summary>
/// Figures that belong in the log of a passing run, such as counts of deliveries. The test runner hides the console of tests that pass, so
/// ./dev test prints the file that MINING_TEST_REPORT names.
/// </summary>
public static class TestReport
{
    private static readonly Lock Gate = new();

    public static void WriteLine(string line)
    {
        Console.WriteLine(line);
        if (Environment.GetEnvironmentVariable("MINING_TEST_REPORT") is { Length: > 0 } file)
        {
            lock (Gate)
                File.AppendAllText(file, line + "\n");
        }
    }
}
