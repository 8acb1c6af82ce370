using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Cli.Views;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;

namespace Mining.Cli.Tests;

// At stake: a watch runs for a day. It must show changes and nothing else, survive a restart of the server, and end cleanly. A cancelled
// token stands for Ctrl+C; the tests cancel once the server has seen enough, so nothing waits for time to pass.
public sealed class WatchTests : ImportTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource controlC = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_figures_are_shown_once_and_then_only_their_changes()
    {
        var changed = Examples.Summary();
        changed.AllProjects[0] = Examples.Shares(
            Measure.Pledged, 600_000_00, 600_000, 0, 0, 400_000_00, 400_000, undisclosed: 2, undated: 1);
        changed.FundingGap = Examples.Euro(900_000_00);
        Gateway.Portfolio.Watches.Enqueue(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Summary(Examples.Summary()), cancellation);
            await stream.WriteAsync(Heartbeat(Examples.Silent()), cancellation);
            foreach (var delivery in (SourceDelivery[])[SourceDelivery.FeedOnly, SourceDelivery.FeedOnly, SourceDelivery.Unspecified, SourceDelivery.Broker])
                await stream.WriteAsync(Heartbeat(Examples.Undelivered(delivery), Examples.Silent()), cancellation);
            await stream.WriteAsync(Summary(changed), cancellation);
            await WaitForDisconnect(cancellation);
        });

        var run = await Watch(untilText: "funding gap: ");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        var lines = run.Lines.Split('\n').Where(line => line.StartsWith("10:30:", StringComparison.Ordinal))
            .Select(line => line["10:30:00Z ".Length..]);
        Assert.Equal(
            [
                "eu-us as of 2026-03-31; Ctrl+C ends.",
                "refining has been silent for 2 min; its data may be out of date.",
                "projects arrives by its feed only, seconds late: no delivery by the broker for 42.0 s.",
                "projects is delivered by the broker again.",
                "all projects, pledged, EU: 523 456.00 EUR, 52.3456 % → 600 000.00 EUR, 60.0000 %",
                "all projects, pledged, US: 476 544.00 EUR, 47.6544 % → 400 000.00 EUR, 40.0000 %",
                "funding gap: 999 700.00 EUR → 900 000.00 EUR",
            ],
            lines);
    }

    [Fact]
    public async Task A_lost_server_is_reconnected()
    {
        Gateway.Portfolio.Watches.Enqueue(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Summary(Examples.Summary()), cancellation);
            throw FakeMesh.Error(Refusal.Unavailable("STOPPING", "The gateway stops."));
        });
        Gateway.Portfolio.Watches.Enqueue(async (stream, cancellation) =>
        {
            var changed = Examples.Summary();
            changed.NonAdditiveCount = 7;
            await stream.WriteAsync(Summary(changed), cancellation);
            await WaitForDisconnect(cancellation);
        });

        var run = await Watch(untilText: "not additive: 1 → 7");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal("The server is unavailable; reconnecting in 0.5 s.\n", run.Error);
    }

    [Fact]
    public async Task A_watch_requests_only_the_fields_that_it_shows()
    {
        // With figures other than the requested ones, both would show the same: nothing.
        var part = new PortfolioSummary { Freshness = { Examples.Summary().Freshness } };
        WatchView.Shown.Merge(Examples.Summary(), part);
        async Task<string> ShownOf(PortfolioSummary summary)
        {
            Gateway.Portfolio.Watches.Enqueue(async (stream, cancellation) =>
            {
                await stream.WriteAsync(Summary(new()), cancellation);
                await stream.WriteAsync(Summary(summary), cancellation);
                throw FakeMesh.Error(Refusal.NotFound("mining/Partnership", "partnerships/x"));
            });
            return (await CommandRun.At(Gateway, "watch")).Output;
        }

        Assert.Equal(await ShownOf(Examples.Summary()), await ShownOf(part));
        Assert.All(Gateway.Portfolio.Requests.OfType<WatchPortfolioRequest>(), request => Assert.Equal(WatchView.Shown, request.ReadMask));
    }

    [Fact]
    public async Task JSON_output_has_every_event_including_heartbeats()
    {
        var events = new[] { Summary(Examples.Summary()), Heartbeat(Examples.Silent()) };
        Gateway.Portfolio.Watches.Enqueue(async (stream, cancellation) =>
        {
            foreach (var response in events)
                await stream.WriteAsync(response, cancellation);
            await WaitForDisconnect(cancellation);
        });

        var run = await Watch(untilLines: 2, "--json");

        Assert.Null(Assert.IsType<WatchPortfolioRequest>(Gateway.Portfolio.Requests[^1]).ReadMask);
        Assert.Equal(events, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(WatchPortfolioResponse.Parser.ParseJson));
    }

    [Fact]
    public async Task A_server_that_was_never_reachable_is_an_error()
    {
        var run = await CommandRun.Of(["watch", "--port-base", "1"], Cancellation);

        Assert.Equal(ExitCode.Unreachable, run.ExitCode);
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        Gateway.Portfolio.Watches.Enqueue((_, _) => throw FakeMesh.Error(Refusal.NotFound("mining/Partnership", "partnerships/x")));

        var run = await CommandRun.At(Gateway, "watch", "--partnership", "x");

        Assert.Equal(ExitCode.ServerRefused, run.ExitCode);
    }

    private static WatchPortfolioResponse Summary(PortfolioSummary summary) => new() { Summary = summary.Clone() };

    private static WatchPortfolioResponse Heartbeat(params SourceFreshness[] freshness) =>
        new() { Heartbeat = new WatchHeartbeat { Freshness = { freshness } } };

    private static async Task WaitForDisconnect(CancellationToken cancellation)
    {
        var left = new TaskCompletionSource();
        await using var registration = cancellation.Register(left.SetResult);
        await left.Task;
    }

    private Task<CommandRun> Watch(int untilLines, params string[] args) =>
        Watch(output => output.Count(letter => letter == '\n') >= untilLines, args);

    private Task<CommandRun> Watch(string untilText) => Watch(output => output.Contains(untilText, StringComparison.Ordinal), []);

    /// <summary>Watches until the output is as expected, then presses Ctrl+C.</summary>
    private Task<CommandRun> Watch(Func<string, bool> until, string[] args)
    {
        // If the expected output never comes, this ends the watch and fails the test.
        controlC.CancelAfter(Deadline);
        return CommandRun.Of(
            ["watch", .. args, "--address", Gateway.Address], controlC.Token, onOutput: output =>
            {
                if (until(output))
                    controlC.Cancel();
            });
    }
}
