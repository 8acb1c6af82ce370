using System.Globalization;

namespace Mining.Testing;

/// <summary>The metrics of a real Dapr sidecar.</summary>
public static class DaprMetrics
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>The number of events of a topic that the broker has delivered and the app has accepted.</summary>
    /// <param name="port">The port of the sidecar's metrics.</param>
    /// <param name="topic">The topic.</param>
    public static async Task<long> Deliveries(int port, string topic)
    {
        var lines = (await Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"))).Split('\n');
        return (long)lines
            .Where(line => line.StartsWith("dapr_component_pubsub_ingress_count{", StringComparison.Ordinal)
                && line.Contains($"topic=\"{topic}\"", StringComparison.Ordinal) && line.Contains("process_status=\"success\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
