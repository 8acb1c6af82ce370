using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Portfolio.V1;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// The yardstick for summaries: a bare Grpc.AspNetCore service that returns the same bytes, as a process with the gateway's settings for
/// Kestrel and the garbage collector.
/// </summary>
internal static class BareServer
{
    public const string Verb = "bare";

    public static async Task<int> Run(int port, string file)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(await File.ReadAllBytesAsync(file));
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks().AddCheck("bare", () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy());
        await using var app = builder.Build();
        app.MapGrpcService<Served>();
        app.MapGrpcHealthChecksService();
        await app.RunAsync();
        return 0;
    }

    /// <summary>Starts it as a process.</summary>
    /// <param name="folder">The folder for the answer.</param>
    /// <param name="answer">The answer that it returns.</param>
    public static async Task<ServiceProcess> Start(string folder, byte[] answer)
    {
        var file = Path.Combine(folder, "answer");
        await File.WriteAllBytesAsync(file, answer);
        var port = ServiceProcess.FreePort();
        var process = new ServiceProcess("bare", port: port)
        {
            Program = [Path.Combine(AppContext.BaseDirectory, "Mining.Bench.dll"), Verb, Load.Text(port), file],
        };
        await process.Start();
        return process;
    }

    /// <summary>Its only method.</summary>
    [BindServiceMethod(typeof(Answers), nameof(Bind))]
    private abstract class Answers
    {
        public static void Bind(ServiceBinderBase binder, Answers? service) => binder.AddMethod(
            Raw.UnaryOfBytes(PortfolioService.Descriptor.FullName, nameof(GetPortfolioSummary), GetPortfolioSummaryRequest.Parser),
            service is null ? null : service.GetPortfolioSummary);

        public abstract Task<byte[]> GetPortfolioSummary(GetPortfolioSummaryRequest request, ServerCallContext context);
    }

    private sealed class Served(byte[] answer) : Answers
    {
        public override Task<byte[]> GetPortfolioSummary(GetPortfolioSummaryRequest request, ServerCallContext context) => Task.FromResult(answer);
    }
}
