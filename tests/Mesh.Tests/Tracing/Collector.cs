using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mining.Mesh.Tests.Tracing.Otlp;
using Mining.Testing;

namespace Mining.Mesh.Tests.Tracing;

/// <summary>A received span; ids in hexadecimal.</summary>
public sealed record CollectedSpan(string Service, string TraceId, string SpanId, string ParentId, string Name, int Kind)
{
    public const int Server = 2;
}

/// <summary>An OpenTelemetry collector that keeps what it receives, over OTLP/gRPC.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly int port = ServiceProcess.FreePort();
    private readonly ConcurrentQueue<CollectedSpan> spans = new();
    private readonly ConcurrentDictionary<(string Service, string Name), bool> metrics = new();
    private readonly ConcurrentQueue<(string Service, string Body)> logs = new();
    private WebApplication? app;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    public IReadOnlyList<CollectedSpan> Spans => [.. spans];

    /// <summary>The metrics sent by each service.</summary>
    public IReadOnlyCollection<(string Service, string Name)> Metrics => [.. metrics.Keys];

    public IReadOnlyList<(string Service, string Body)> Logs => [.. logs];

    public async Task Start() => app = await GrpcServer.Start(
        port,
        services => services.AddSingleton(this).AddSingleton<IServiceMethodProvider<Collector>, Methods>(),
        server => server.MapGrpcService<Collector>());

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }

    private void Take(ExportTraces request)
    {
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                spans.Enqueue(new(Service(resource.Resource), Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), span.Name, span.Kind));
        }
    }

    private void Take(ExportMetrics request)
    {
        foreach (var resource in request.ResourceMetrics)
        {
            foreach (var metric in resource.ScopeMetrics.SelectMany(scope => scope.Metrics))
                metrics[(Service(resource.Resource), metric.Name)] = true;
        }
    }

    private void Take(ExportLogs request)
    {
        foreach (var resource in request.ResourceLogs)
        {
            foreach (var record in resource.ScopeLogs.SelectMany(scope => scope.LogRecords))
                logs.Enqueue((Service(resource.Resource), record.Body?.StringValue ?? ""));
        }
    }

    private static string Service(Resource resource) => resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>The three services of the protocol by name, with message types defined in the tests.</summary>
    private sealed class Methods : IServiceMethodProvider<Collector>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Collector> context)
        {
            Add<ExportTraces>(context, "trace.v1.TraceService", ExportTraces.Parser, (collector, request) => collector.Take(request));
            Add<ExportMetrics>(context, "metrics.v1.MetricsService", ExportMetrics.Parser, (collector, request) => collector.Take(request));
            Add<ExportLogs>(context, "logs.v1.LogsService", ExportLogs.Parser, (collector, request) => collector.Take(request));
        }

        private static void Add<T>(ServiceMethodProviderContext<Collector> context, string service, MessageParser<T> parser, Action<Collector, T> take)
            where T : class, IMessage<T> =>
            context.AddUnaryMethod(
                new Method<T, Exported>(
                    MethodType.Unary,
                    $"opentelemetry.proto.collector.{service}",
                    "Export",
                    Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom),
                    Marshallers.Create(message => message.ToByteArray(), Exported.Parser.ParseFrom)),
                [],
                (collector, request, _) =>
                {
                    take(collector, request);
                    return Task.FromResult(new Exported());
                });
    }
}
