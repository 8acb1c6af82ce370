using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mining.LocalMesh.Sidecar;

/// <summary><c>sidecar</c>: runs the local sidecar until it is told to stop.</summary>
internal static class SidecarCommand
{
    private const int Million = 1_000_000;

    public static Command Create()
    {
        var grpcPort = Number("--grpc-port", "Port of the Dapr gRPC API on loopback; 0: any free one.", 65_535, byDefault: null);
        var httpPort = Number("--http-port", "Port of the health endpoints on loopback; 0: any free one.", 65_535, byDefault: null);
        var pubsub = new Option<string>("--pubsub") { Description = "Name of the pub/sub component.", DefaultValueFactory = _ => "mesh-pubsub" };
        var apps = new Option<AppAddress[]>("--app")
        {
            Description = "An app that deliveries go to, and its callback address. Once per app.",
            HelpName = "name=http://127.0.0.1:port",
            CustomParser = ReadApps,
            DefaultValueFactory = _ => [],
        };
        var seed = new Option<long>("--fault-seed")
        {
            Description = "Seed of the faults below: the same seed gives the same faults.",
            DefaultValueFactory = _ => 1,
        };
        var drop = Number("--drop-ppm", "Deliveries that never happen, in parts per million.", Million, byDefault: 0);
        var twice = Number("--double-ppm", "Deliveries that happen twice, in parts per million.", Million, byDefault: 0);
        var reorder = Number("--reorder-ppm", "Deliveries that later messages overtake, in parts per million.", Million, byDefault: 0);
        var topic = new Option<string>("--fault-topic") { Description = "The one topic that has the faults. Default: all have.", DefaultValueFactory = _ => "" };
        var delay = Number("--delay-max-ms", "Longest delay of a delivery, in milliseconds.", 60_000, byDefault: 0);

        var command = new Command("sidecar",
            "An in-memory pub/sub that speaks the part of Dapr's runtime API that the mesh uses. "
            + "APP_API_TOKEN goes with deliveries, DAPR_API_TOKEN is demanded of callers; both from the environment.")
        {
            grpcPort, httpPort, pubsub, apps, seed, drop, twice, reorder, delay, topic,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            new SidecarOptions
            {
                GrpcPort = parsed.GetRequiredValue(grpcPort),
                HttpPort = parsed.GetRequiredValue(httpPort),
                PubsubName = parsed.GetRequiredValue(pubsub),
                Apps = parsed.GetRequiredValue(apps),
                AppApiToken = Environment.GetEnvironmentVariable("APP_API_TOKEN") ?? "",
                DaprApiToken = Environment.GetEnvironmentVariable("DAPR_API_TOKEN") ?? "",
                Faults = new FaultPlan(
                    parsed.GetRequiredValue(seed), parsed.GetRequiredValue(drop), parsed.GetRequiredValue(twice),
                    parsed.GetRequiredValue(reorder), parsed.GetRequiredValue(delay))
                { Topic = parsed.GetRequiredValue(topic) },
            },
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(SidecarOptions options, CancellationToken cancel)
    {
        await using var app = SidecarServer.Build(options);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync($"The sidecar cannot listen: {taken.Message}");
            return 1;
        }

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(SidecarServer.LogName);
        log.LogInformation("Up: gRPC {Grpc}, health {Health}, pubsub {Pubsub}, apps {Apps}",
            app.Urls.First(), app.Urls.Last(), options.PubsubName, string.Join(", ", options.Apps.Select(one => one.Name)));
        if (!options.Faults.IsNone)
            log.LogWarning("Faults on purpose, seed {Seed}: drop {Drop} ppm, double {Double} ppm, reorder {Reorder} ppm, delay up to {Delay} ms",
                options.Faults.Seed, options.Faults.DropPpm, options.Faults.DoublePpm, options.Faults.ReorderPpm, options.Faults.DelayMaxMs);
        await app.WaitForShutdownAsync(cancel);
        return Environment.ExitCode;
    }

    private static Option<int> Number(string name, string description, int max, int? byDefault)
    {
        var option = new Option<int>(name) { Description = description, Required = byDefault is null };
        if (byDefault is { } value)
            option.DefaultValueFactory = _ => value;
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < 0 || number > max))
                result.AddError($"{name} is from 0 to {max}, not {number}.");
        });
        return option;
    }

    private static AppAddress[] ReadApps(ArgumentResult result)
    {
        var apps = new List<AppAddress>();
        foreach (var token in result.Tokens.Select(token => token.Value))
        {
            if (token.Split('=', 2) is [{ Length: > 0 } name, var url]
                && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)
                apps.Add(new AppAddress(name, address));
            else
                result.AddError($"--app is name=http://host:port, not '{token}'.");
        }

        foreach (var (name, count) in apps.CountBy(app => app.Name).Where(count => count.Value > 1))
            result.AddError($"--app names '{name}' {count} times.");
        return [.. apps];
    }
}
