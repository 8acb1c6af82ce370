using System.Globalization;

namespace Mining.Testing;

/// <summary>What Dapr's own sidecar counts.</summary>
public static class DaprMetrics
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>How many events of a topic the broker has brought and the app has taken.</summary>
    /// <param name="port">Where the sidecar's metrics are.</param>
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
