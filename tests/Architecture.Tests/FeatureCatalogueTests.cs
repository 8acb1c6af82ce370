// At stake: a new command that a batch, a proposal or the access table does not know. Each service registers a feature once; everything else
// must agree with that.
using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Mining.Investors.Features;
using Mining.Platform.Authorization;
using Mining.Platform.Features;
using Mining.Projects.Features;
using Mining.Proposals;
using Mining.Refining.Features;
using Xunit;
using ApiDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Mining.Architecture.Tests;

public sealed class FeatureCatalogueTests
{
    /// <summary>Methods without a class: <c>BatchWrite</c> runs commands, and <c>ListMinerals</c> returns a constant.</summary>
    private static readonly string[] WithoutFeature = ["BatchWrite", "ListMinerals"];

    public static TheoryData<string> Services => ["projects", "investors", "refining"];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_method_is_a_feature_of_its_name_or_a_read_by_name(string service)
    {
        var (api, features) = Of(service);
        var readsByName = api.Methods.Where(method => method.InputType.Fields.InDeclarationOrder() is [{ Name: "name" }])
            .Select(method => method.Name);
        var names = features.Select(feature => feature.Name).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Empty(names.Except(api.Methods.Select(method => method.Name)));
        Assert.Empty(api.Methods.Select(method => method.Name).Except(names).Except(readsByName).Except(WithoutFeature));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_commands_are_the_rows_of_a_batch_and_the_writes_of_the_access_table(string service)
    {
        var (api, features) = Of(service);
        var commands = features.Where(feature => feature.IsAssignableTo(typeof(ICommandFeature)))
            .Select(feature => feature.Name).Order().ToList();
        var row = api.Methods.Single(method => method.Name == "BatchWrite").InputType.FindFieldByName("rows").MessageType;

        Assert.Equal(commands, row.Oneofs[0].Fields.Select(field => MethodOf(api, field.MessageType)).Order());
        // An import of exchange rates is many commands and is therefore not a row.
        Assert.Equal(
            commands,
            api.Methods.Where(method => AccessTable.IsWrite($"/{api.FullName}/{method.Name}")).Select(method => method.Name)
                .Except(["BatchWrite", "ImportExchangeRates"]).Order());
    }

    private static string MethodOf(ApiDescriptor api, MessageDescriptor request) =>
        api.Methods.Single(method => method.InputType == request).Name;

    private static (ApiDescriptor Api, IReadOnlyList<Type> Features) Of(string service)
    {
        var (file, services) = service switch
        {
            "projects" => (Projects.V1.ProjectServiceReflection.Descriptor, new ServiceCollection().AddProjects()),
            "investors" => (Investors.V1.InvestorServiceReflection.Descriptor, new ServiceCollection().AddInvestors()),
            _ => (Refining.V1.RefiningServiceReflection.Descriptor, new ServiceCollection().AddRefining()),
        };
        // Proposals have an API of their own.
        var features = services.Select(added => added.ServiceType)
            .Where(type => type != typeof(Feature) && type.IsAssignableTo(typeof(Feature)))
            .Where(type => type.Assembly != typeof(ProposalGrpcService).Assembly).ToList();
        Assert.Equal(features.Count, services.Count(added => added.ServiceType == typeof(Feature)));
        return (file.Services.Single(), features);
    }
}
