namespace Mining.LocalMesh.Sidecar;

/// <summary>Gives every published message to every app that wants it, and keeps their links going.</summary>
internal sealed class Broker : BackgroundService
{
    private readonly List<AppLink> links;
    private readonly ILogger log;
    private readonly IHostApplicationLifetime lifetime;

    public Broker(SidecarOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        this.lifetime = lifetime;
        log = loggers.CreateLogger(SidecarServer.LogName);
        var delivery = new DeliveryPolicy(options.Limits, time);
        links = [.. options.Apps.Select(app => new AppLink(app, this, delivery, options, time, log, lifetime.ApplicationStopping))];
    }

    public void Publish(string topic, Message message)
    {
        foreach (var link in links)
            link.Offer(topic, message);
    }

    /// <summary>The first few, then every thousandth: a flood must not hide the rest of the log.</summary>
    public static bool IsWorthALine(long count) => count <= 3 || count % 1000 == 0;

    public override void Dispose()
    {
        links.ForEach(link => link.Dispose());
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(links.Select(link => link.RunAsync()));
        }
        catch (Exception error)
        {
            log.LogCritical(error, "The sidecar stops: a link to an app ended by a defect");
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }

        if (links.Sum(link => link.Waiting) is var lost and > 0)
            log.LogWarning("Stopped with {Count} undelivered messages; they were in memory only", lost);
    }
}
