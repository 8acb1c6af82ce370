// At stake: a batch must be equivalent to its single calls. Random histories, with conflicting, refused, repeated and validate-only
// commands, go to one service one by one and to a second instance in batches; every answer and every recorded change must be the same.
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mining.Common.V1;
using Mining.Investors.Api;
using Mining.Investors.Features;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Projects.Features;
using Mining.Refining.Api;
using Mining.Refining.Features;
using Mining.Simulation.Model;
using Mining.Simulation.Network;
using Mining.Testing;
using Xunit;

namespace Mining.Simulation.Tests.Batches;

public sealed class BatchesAgainstCallsTests
{
    private const int Histories = 6;
    private const int Commands = 250;
    private const int MaxBatchSize = 40;

    private static readonly string[] KnownProjects = [.. Enumerable.Range(1, 8).Select(number => $"projects/project-{number}")];

    [Theory]
    [InlineData("projects")]
    [InlineData("investors")]
    [InlineData("refining")]
    public async Task A_batch_has_the_answers_and_effects_of_its_single_calls(string service)
    {
        var (accepted, refused) = (0, 0);
        for (var seed = 1; seed <= Histories; seed++)
        {
            var random = new Random(seed);
            await using var byCalls = await Start(service);
            await using var byBatches = await Start(service);
            var history = new CommandGenerator((ulong)seed);
            var commands = Enumerable.Range(0, Commands).Select(_ => history.Next()).Where(command => RequestFields.ServiceOf(command) == service).ToList();
            List<(IMessage Request, BatchWriteResult Result)> expected = [];
            Dictionary<string, IVersionedResource> present = [];
            foreach (var command in commands)
            {
                var request = CommandGenerator.WithPresentEtag(command, present.GetValueOrDefault);
                // Few ids, so that some are repeated with the same input and some with another.
                if (random.Next(3) == 0)
                    RequestFields.SetRequestId(request, $"r{random.Next(20)}");
                foreach (var sent in Enumerable.Repeat(request, random.Next(8) == 0 ? 2 : 1))
                    expected.Add((sent, await Call(byCalls, service, sent, present)));
            }

            for (var at = 0; at < expected.Count;)
            {
                var some = expected.Skip(at).Take(random.Next(1, MaxBatchSize)).ToList();
                var results = await Batch(byBatches, service, [.. some.Select(sent => sent.Request)]);
                Assert.All(some.Zip(results), pair => Assert.Equal(pair.First.Result, pair.Second));
                at += some.Count;
            }

            Assert.Equal(await Changes(byCalls), await Changes(byBatches));
            accepted += expected.Count(sent => sent.Result.Written is not null);
            refused += expected.Count(sent => sent.Result.Refusal is not null);
        }

        Assert.True(accepted > 20 * Histories / 2 && refused > 10 * Histories / 2, $"{accepted} accepted and {refused} refused commands are too few");
    }

    private static async Task<ServiceOnDisk> Start(string service)
    {
        var started = service switch
        {
            "projects" => await ServiceOnDisk.Start(
                service, typeof(ProjectGrpcService).Assembly, services => services.AddProjects().AddSingleton<ProjectGrpcService>()),
            "investors" => await ServiceOnDisk.Start(
                service, typeof(InvestorGrpcService).Assembly, services => services.AddInvestors().AddSingleton<InvestorGrpcService>()
                    .AddSingleton<ConfigurePartnership>().AddSingleton(Shipped()), KnownProjects),
            _ => await ServiceOnDisk.Start(
                service, typeof(RefiningGrpcService).Assembly, services => services.AddRefining().AddSingleton<RefiningGrpcService>(), KnownProjects),
        };
        if (service == "investors")
            await started.Get<ConfigurePartnership>().StartAsync(CancellationToken.None);
        return started;
    }

    private static IConfiguration Shipped()
    {
        var settings = new ConfigurationBuilder();
        settings.AddShippedSettings(typeof(InvestorGrpcService).Assembly);
        return settings.Build();
    }

    /// <summary>Calls the method, and returns the outcome as the result of a row.</summary>
    private static async Task<BatchWriteResult> Call(ServiceOnDisk service, string name, IMessage request, Dictionary<string, IVersionedResource> present)
    {
        try
        {
            var written = (IVersionedResource)await Invoke(service, name, request);
            if (!RequestFields.ValidateOnly(request))
                present[written.Name] = written;
            return new() { Written = new() { Name = written.Name, Version = written.Version, Etag = written.Etag } };
        }
        catch (RefusedException refused)
        {
            return new() { Refusal = refused.Refusal.ToStatus() };
        }
    }

    /// <summary>Sends a batch; field paths are reported without the row, as for a single call.</summary>
    private static async Task<IReadOnlyList<BatchWriteResult>> Batch(ServiceOnDisk service, string name, IReadOnlyList<IMessage> requests)
    {
        IMessage batch = name switch
        {
            "projects" => new Projects.V1.BatchWriteRequest(),
            "investors" => new Investors.V1.BatchWriteRequest(),
            _ => new Refining.V1.BatchWriteRequest(),
        };
        var rows = batch.Descriptor.FindFieldByName("rows");
        foreach (var request in requests)
        {
            var row = rows.MessageType.Parser.ParseFrom(ByteString.Empty);
            row.Descriptor.Oneofs[0].Fields.Single(field => field.MessageType == request.Descriptor).Accessor.SetValue(row, request);
            ((System.Collections.IList)rows.Accessor.GetValue(batch)).Add(row);
        }

        var results = ((BatchWriteResponse)await Invoke(service, name, batch)).Results;
        foreach (var (index, result) in results.Index())
        {
            for (var i = 0; i < result.Refusal?.Details.Count; i++)
            {
                if (!result.Refusal.Details[i].TryUnpack(out BadRequest fields))
                    continue;
                foreach (var violation in fields.FieldViolations)
                {
                    Assert.StartsWith($"rows[{index}].", violation.Field, StringComparison.Ordinal);
                    violation.Field = violation.Field.Split('.', 3)[2];
                }

                result.Refusal.Details[i] = Any.Pack(fields);
            }
        }

        return results;
    }

    private static async Task<IMessage> Invoke(ServiceOnDisk service, string name, IMessage request)
    {
        object api = name switch
        {
            "projects" => service.Get<ProjectGrpcService>(),
            "investors" => service.Get<InvestorGrpcService>(),
            _ => service.Get<RefiningGrpcService>(),
        };
        var method = request.Descriptor.Name[..^"Request".Length];
        var call = (Task)api.GetType().GetMethod(method)!.Invoke(api, BindingFlags.DoNotWrapExceptions, null, [request, new SimulatedCall(method, "caller")], null)!;
        await call;
        return (IMessage)call.GetType().GetProperty("Result")!.GetValue(call)!;
    }

    /// <summary>Everything recorded, except the times.</summary>
    private static async Task<IReadOnlyList<string>> Changes(ServiceOnDisk service) => [.. (await service.Changes()).Select(change =>
    {
        var state = (IVersionedResource)change.State.Unpack(States)!;
        (state.CreateTime, state.UpdateTime) = (null!, null!);
        return $"{change.Sequence} {change.Method} {change.RequestId} {string.Join(',', change.ChangedFields)} {state}";
    })];

    private static readonly Google.Protobuf.Reflection.TypeRegistry States = Google.Protobuf.Reflection.TypeRegistry.FromMessages(
        Projects.V1.Project.Descriptor, Investors.V1.Partnership.Descriptor, Investors.V1.Investor.Descriptor, Investors.V1.Commitment.Descriptor,
        Investors.V1.ExchangeRateTable.Descriptor, Refining.V1.Facility.Descriptor, Refining.V1.Reservation.Descriptor);
}
