using System.CommandLine;
using Grpc.Core;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining watch</c>: changes of the figures as they happen.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan InitialDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var command = new Command("watch", "Print the current figures, and then every change, until Ctrl+C.");
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
                // Ctrl+C is the normal end of a watch.
            }

            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Follows the stream and reconnects when the server becomes unavailable. Failing to connect at first is an error.</summary>
    private static async Task Follow(
        Session session, Gateway gateway, WatchPortfolioRequest request, Action<WatchPortfolioResponse> show,
        CancellationToken cancellation)
    {
        var wasConnected = false;
        var delay = InitialDelay;
        while (true)
        {
            try
            {
                using var call = gateway.Portfolio.WatchPortfolio(request, Gateway.Stream(cancellation));
                await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    wasConnected = true;
                    delay = InitialDelay;
                    show(response);
                }

                // Servers end a stream with a status. Treat a stream without one like a lost connection.
                await session.Error.WriteLineAsync("The server ended the watch; reconnecting.");
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable && wasConnected &&
                !cancellation.IsCancellationRequested)
            {
                await session.Error.WriteLineAsync($"The server is unavailable; reconnecting in {delay.TotalSeconds:0.#} s.");
            }

            await Task.Delay(delay, session.Time, cancellation);
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }
}
