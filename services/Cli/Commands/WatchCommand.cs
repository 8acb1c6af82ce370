using System.CommandLine;
using Grpc.Core;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining watch</c>: what changes, as it changes.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var command = new Command("watch", "Print the figures now, and what changes in them, until Ctrl+C.");
        query.AddTo(command);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new WatchPortfolioRequest { Query = query.Read(parse), ReadMask = session.WantsJson(parse) ? null : WatchView.Shown };
            var view = new WatchView(session.Console, session.Time);
            void Show(WatchPortfolioResponse response)
            {
                if (session.WantsJson(parse))
                    session.WriteJson(response);
                else
                    view.Show(response);
            }

            try
            {
                await Follow(session, gateway, request, Show, cancellation);
            }
            catch (Exception exception) when (exception is OperationCanceledException or RpcException &&
                cancellation.IsCancellationRequested)
            {
                // Ctrl+C is how a watch ends.
            }

            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Follows the stream, and opens it again when the server goes away; but if it was never there, that is an error.</summary>
    private static async Task Follow(
        Session session, Gateway gateway, WatchPortfolioRequest request, Action<WatchPortfolioResponse> show,
        CancellationToken cancellation)
    {
        var wasThere = false;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                using var call = gateway.Portfolio.WatchPortfolio(request, Gateway.Stream(cancellation));
                await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    wasThere = true;
                    pause = FirstPause;
                    show(response);
                }

                // Servers end a stream with a status; one that just ends is treated like one that goes away.
                await session.Error.WriteLineAsync("The server ended the watch; trying again.");
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable && wasThere &&
                !cancellation.IsCancellationRequested)
            {
                await session.Error.WriteLineAsync($"The server is gone; trying again in {pause.TotalSeconds:0.#} s.");
            }

            await Task.Delay(pause, session.Time, cancellation);
            pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
        }
    }
}
