using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.LocalMesh.Identity;
using Mining.Portfolio.V1;

namespace Mining.LocalMesh.Run;

/// <summary>The mesh on one machine, from its start to Ctrl+C.</summary>
internal sealed class LocalMeshRun(RunOptions options, TextWriter console, TimeProvider time)
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly MeshLayout layout = new(options.PortBase, options.Folder, options.SqlServer, options.Dapr);

    /// <summary>Runs until asked to stop; answers the exit code.</summary>
    public async Task<int> Run()
    {
        using var ending = new CancellationTokenSource();
        Signals.RestoreInterrupts();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Directory.CreateDirectory(layout.Logs);
        using var onlyOne = TakeLock();
        if (onlyOne is null || !PortsAreFree())
            return ExitCode.Usage;
        if (options.IsFresh)
            Clear();

        await using var supervisor = new Supervisor(layout, console, time);
        try
        {
            await Live(supervisor, ending.Token);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await console.WriteLineAsync("Stopping.");
            return ExitCode.Ok;
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            await console.WriteLineAsync(exception.Message);
            return 1;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }

    private async Task Live(Supervisor supervisor, CancellationToken ending)
    {
        var begin = time.GetTimestamp();
        var with = options.Dapr is { } dapr ? $" with {dapr.Daprd} beside each service and {dapr.Redis}" : "";
        await console.WriteLineAsync($"Starting the mesh{with}; its files are in {layout.Folder}");
        if (options.Dapr is not null)
            layout.WriteDaprResources();
        await using var issuer = await DevelopmentIssuer.Start(layout.IssuerPort, layout.Identity, time);
        IssuerCommand.WriteTokens(layout, issuer);
        foreach (var plan in layout.Plans(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), issuer))
            supervisor.Start(plan);
        await Task.WhenAll(MeshLayout.Services.Select(service => UntilHealthy(service, ending)));
        await console.WriteLineAsync($"All healthy after {time.GetElapsedTime(begin).TotalSeconds:F1} s");

        if (options.HasSample && !File.Exists(layout.SampleLoadedFile))
            await Load(ending);
        await UntilCaughtUp(issuer, ending);
        await Show(ending);
        await console.WriteLineAsync($"ready after {time.GetElapsedTime(begin).TotalSeconds:F1} s; Ctrl+C stops the mesh");
        await IssuerCommand.RenewTokens(layout, issuer, time, ending);
    }

    /// <summary>A channel that connects when a call needs it: in the background it would try ever more slowly.</summary>
    private GrpcChannel Connect(string service, string? token = null) => GrpcChannel.ForAddress(layout.Address(service), new GrpcChannelOptions
    {
        HttpClient = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            DefaultRequestHeaders = { Authorization = token is null ? null : new("Bearer", token) },
        },
        DisposeHttpClient = true,
    });

    private async Task UntilHealthy(string service, CancellationToken ending)
    {
        using var channel = Connect(service);
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        await Until(
            async () => (await health.CheckAsync(new(), cancellationToken: ending)).Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving,
            HealthTimeout,
            $"{service} is not healthy after {HealthTimeout.TotalSeconds:F0} s; its log is {Path.Combine(layout.Logs, service + ".log")}",
            ending);
    }

    /// <summary>Loads the data through the public APIs. Interrupted, it is simply run again at the next start.</summary>
    private async Task Load(CancellationToken ending)
    {
        var begin = time.GetTimestamp();
        var exitCode = await MiningCommandLine.Run(["import", options.Data, "--address", layout.Address("gateway")], CommandContext.ForCurrentProcess(), ending);
        ending.ThrowIfCancellationRequested();
        if (exitCode == ExitCode.Ok)
            await File.WriteAllTextAsync(layout.SampleLoadedFile, options.Data, ending);
        await console.WriteLineAsync(exitCode == ExitCode.Ok
            ? $"Loaded in {time.GetElapsedTime(begin).TotalSeconds:F1} s"
            : "Not everything could be loaded; what is named above is missing, and the next start tries again");
    }

    /// <summary>Until the gateway has applied all that the services have committed so far.</summary>
    private async Task UntilCaughtUp(DevelopmentIssuer issuer, CancellationToken ending)
    {
        using var channel = Connect("gateway", issuer.TokenFor(Persona.All[0]));
        var feed = new ChangeFeedService.ChangeFeedServiceClient(channel);
        var portfolio = new PortfolioService.PortfolioServiceClient(channel);
        foreach (var source in MeshLayout.Services.Where(service => service != "gateway"))
        {
            using var tail = feed.ReadChanges(new() { Source = source, AfterSequence = long.MaxValue }, cancellationToken: ending);
            await tail.ResponseStream.MoveNext(ending);
            var last = tail.ResponseStream.Current.LastSequence;
            await Until(
                async () =>
                {
                    var answer = await portfolio.ListPipelineAsync(new() { PageSize = 1 }, cancellationToken: ending);
                    return answer.Freshness.Single(freshness => freshness.Source == source).AppliedSequence >= last;
                },
                CatchUpTimeout,
                $"The gateway has not caught up with {source} after {CatchUpTimeout.TotalSeconds:F0} s",
                ending);
        }
    }

    private async Task Show(CancellationToken ending)
    {
        var gateway = layout.Address("gateway");
        await MiningCommandLine.Run(["summary", "--address", gateway], CommandContext.ForCurrentProcess(), ending);
        var portOption = options.PortBase == 18_000 ? "" : $" --port-base {options.PortBase}";
        await console.WriteLineAsync($"""

            The gateway serves gRPC and JSON on {gateway}; logs are in {layout.Logs}
              ./dev mining shares --by mineral{portOption}
              ./dev mining project caremag-lacq{portOption}
              ./dev mining login --as eu-officer{portOption}
              curl -H "authorization: Bearer $(./dev mining token{portOption})" '{gateway}/v1/portfolio:summary'
            """);
    }

    private async Task Until(Func<Task<bool>> condition, TimeSpan timeout, string otherwise, CancellationToken ending)
    {
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < timeout)
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (RpcException) when (!ending.IsCancellationRequested)
            {
                // Not there yet.
            }
            catch (RpcException)
            {
                ending.ThrowIfCancellationRequested();
            }

            await Task.Delay(PollInterval, time, ending);
        }

        throw new TimeoutException(otherwise);
    }

    /// <summary>Two meshes on the same files would fight; null, and a sentence, when another one runs.</summary>
    private FileStream? TakeLock()
    {
        try
        {
            return new FileStream(layout.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            console.WriteLine($"Another mesh runs on {layout.Folder}. Stop it, or give this one --folder DIR and --port-base N.");
            return null;
        }
    }

    private bool PortsAreFree()
    {
        var taken = layout.Ports.Where(IsTaken).ToList();
        if (taken.Count == 0)
            return true;
        console.WriteLine($"Ports in use by other programs: {string.Join(", ", taken)}. Choose others with --port-base N.");
        return false;

        static bool IsTaken(int port)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        }
    }

    private void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(layout.Folder, "*.db*").Append(layout.SampleLoadedFile))
            File.Delete(file);
    }
}
