using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mining.Bench.Frame;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>The same summary calls from <c>h2load</c>, an independent client, if it is installed.</summary>
internal static partial class SecondLoad
{
    /// <summary>An empty gRPC message: not compressed, length 0.</summary>
    private static readonly byte[] EmptyRequest = [0, 0, 0, 0, 0];

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage, string ours, string theirs)
    {
        if (!IsInstalled())
            return [];
        var request = Path.GetTempFileName();
        await File.WriteAllBytesAsync(request, EmptyRequest);
        try
        {
            var rounds = await stage.Interleave(() => Run(ours, request, stage.RoundLength), () => Run(theirs, request, stage.RoundLength));
            return [Line.Compare("summary calls, loaded by h2load", "/s", "bare gRPC service, same bytes", rounds, Goal.AtLeast(0.9))];
        }
        finally
        {
            File.Delete(request);
        }
    }

    private static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("h2load", ["--version"]) { RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Calls per second.</summary>
    private static async Task<double> Run(string address, string request, TimeSpan length)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "h2load",
            [
                "--clients=8", "--max-concurrent-streams=16", $"--duration={Load.Text(Math.Ceiling(length.TotalSeconds))}", $"--data={request}",
                "--header=content-type: application/grpc", "--header=te: trailers",
                $"--header=authorization: Bearer {TestIssuer.Shared.TokenFor(TestIssuer.Developer)}", $"{address}/{SummaryRate.Method}",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var rate = Rate().Match(output);
        if (process.ExitCode != 0 || !rate.Success || output.Contains(" 0 2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"h2load exited with {process.ExitCode}:\n{output}");
        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([0-9.]+) req/s")]
    private static partial Regex Rate();
}
