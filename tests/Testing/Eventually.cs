using System.Diagnostics;
using Grpc.Core;
using Xunit;

namespace Mining.Testing;

/// <summary>Waits until something observable holds, with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Polls a condition; a call that fails with an RPC error counts as "not yet".</summary>
    public static async Task True(Func<Task<bool>> condition, TimeSpan? timeout = null, Func<string>? otherwise = null)
    {
        var begin = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(begin) < (timeout ?? TimeSpan.FromSeconds(10)))
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (RpcException exception)
            {
                last = exception;
            }

            await Task.Delay(Interval, TimeProvider.System);
        }

        Assert.Fail($"{otherwise?.Invoke() ?? "The condition did not become true in time."} {last?.Message}");
    }
}
