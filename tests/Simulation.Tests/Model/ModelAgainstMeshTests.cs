using System.Globalization;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model;
using Mining.Simulation.Model.Figures;
using Mining.Testing;
using Xunit;

namespace Mining.Simulation.Tests.Model;

/// <summary>
/// At stake: a simulator is only as good as its model, and a model that is not compared with the real mesh drifts. Commands of one seed go
/// to the mesh as real processes, one by one, and each answer is compared with the prediction; at the end, so are every resource and every
/// figure of the gateway. MINING_MODEL_SEED and MINING_MODEL_COUNT select another history.
/// </summary>
public sealed class ModelAgainstMeshTests
{
    private const int MaxDifferences = 80;
    private readonly List<string> differences = [];
    private readonly SortedDictionary<string, int> tally = [];

    [Fact]
    public async Task Answers_resources_and_shares_match_the_model()
    {
        var seed = Number("MINING_MODEL_SEED", 1);
        var count = Number("MINING_MODEL_COUNT", 400);
        await using var mesh = new MeshProcesses();
        // The callers of histories act for a third side too, once it exists.
        foreach (var service in mesh.Services)
        {
            for (var i = 0; i < MeshModel.CallerSides.Count; i++)
                service.Set($"Mesh__Identity__Issuers__local__Sides__{i}", MeshModel.CallerSides[i]);
        }

        await mesh.Start();
        using var channel = TestIssuer.Channel(mesh.Gateway.Address, TestIssuer.Developer with { Sides = MeshModel.CallerSides });
        var invoker = channel.CreateCallInvoker();
        var model = new MeshModel(await mesh.InvestorsClient.GetPartnershipAsync(new() { Name = CommandGenerator.Partnership }));
        var generator = new CommandGenerator((ulong)seed);
        // Rates before all dates of the history, so that shares can be computed at each of them.
        await Compare(0, BaseRates());
        for (var number = 1; number <= count && differences.Count < MaxDifferences; number++)
            await Compare(number, generator.Next());

        await CompareResources(mesh, model);
        if (differences.Count == 0)
            await CompareFigures(mesh, model);
        var summary = string.Join("\n", tally.Select(entry => $"{entry.Key} {entry.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Assert.True(differences.Count == 0, $"seed {seed}, {count} commands:\n{string.Join("\n\n", differences)}\n{summary}");

        async Task Compare(int number, IMessage command)
        {
            var request = CommandGenerator.WithPresentEtag(command, model.Find);
            var title = $"{number} {request.Descriptor.Name} {request}";
            try
            {
                var answer = await Calls.Send(invoker, request);
                Count(request, "OK");
                var now = answer.UpdateTime.ToDateTimeOffset();
                var prediction = model.Predict(request, now);
                if (prediction is Accepted accepted && accepted.Resource.Equals(answer))
                {
                    if (!IsDryRun(request))
                        model.Apply(request, now);
                    return;
                }

                differences.Add($"{title}\n{(prediction is Accepted other ? Differing(other.Resource, answer) : $"  model: {prediction}\n  mesh:  {answer}")}\n  was:   {model.Find(answer.Name)}");
                if (!IsDryRun(request))
                    model = new(model.All.Where(known => known.Name != answer.Name).Append(answer));
            }
            catch (RpcException exception)
            {
                var reason = exception.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
                Count(request, reason);
                var prediction = model.Predict(request, TimeProvider.System.GetUtcNow());
                if (prediction is not Mining.Simulation.Model.Refused refused || !refused.Allows(exception.StatusCode, reason))
                    differences.Add($"{title}\n  model: {Shown(prediction)}\n  mesh:  {reason} {exception.Status}\n  is:    {model.Find(CommandGenerator.TargetOf(request) ?? "")}");
            }
        }
    }

    /// <summary>Everything that the services hold, including what no answer has shown: commitments flagged by a rule or an owner.</summary>
    private async Task CompareResources(MeshProcesses mesh, MeshModel model)
    {
        IVersionedResource[] held =
        [
            .. (await mesh.ProjectsClient.ListProjectsAsync(new() { PageSize = 1_000 })).Projects,
            .. (await mesh.InvestorsClient.ListPartnershipsAsync(new() { PageSize = 1_000 })).Partnerships,
            .. (await mesh.InvestorsClient.ListInvestorsAsync(new() { PageSize = 1_000 })).Investors,
            .. (await mesh.InvestorsClient.ListCommitmentsAsync(new() { PageSize = 1_000 })).Commitments,
            .. (await mesh.InvestorsClient.ListExchangeRatesAsync(new() { PageSize = 1_000 })).ExchangeRateTables,
            .. (await mesh.RefiningClient.ListFacilitiesAsync(new() { PageSize = 1_000 })).Facilities,
            .. (await mesh.RefiningClient.ListReservationsAsync(new() { PageSize = 1_000, IncludeReleased = true })).Reservations,
        ];
        foreach (var name in held.Concat(model.All).Select(resource => resource.Name).Distinct())
        {
            var (inMesh, inModel) = (held.SingleOrDefault(resource => resource.Name == name), model.Find(name));
            if (!Equals(inMesh, inModel))
                differences.Add($"in the end\n  model: {inModel}\n  mesh:  {inMesh}");
        }
    }

    /// <summary>Every figure of every answer, at dates with different money, stages and costs.</summary>
    private async Task CompareFigures(MeshProcesses mesh, MeshModel model)
    {
        await mesh.CaughtUp();
        DateOnly[] days = [new(2020, 6, 30), new(2023, 1, 1), new(2025, 7, 15), new(2026, 2, 28), new(2026, 11, 1), new(2029, 1, 1)];
        foreach (var (asOf, currency) in days.SelectMany(_ => (string[])["EUR", "USD", "JPY", "KWD"], (day, currency) => (day, currency)))
        {
            var query = new PortfolioQuery { AsOf = asOf.ToDate(), RateDate = asOf.AddDays(40).ToDate(), ReportingCurrency = currency };
            differences.AddRange(await PortfolioComparison.Differences(model, query, asOf, mesh.Portfolio.Ask));
        }
    }

    private static PublishExchangeRatesRequest BaseRates() => new()
    {
        Date = new() { Year = 2019, Month = 12, Day = 31 },
        Rates =
        {
            new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new() { Value = "1.1234" } },
            new ExchangeRate { CurrencyCode = "JPY", UnitsPerEuro = new() { Value = "121.94" } },
            new ExchangeRate { CurrencyCode = "KWD", UnitsPerEuro = new() { Value = "0.3405" } },
        },
    };

    private void Count(IMessage request, string answer) =>
        tally[$"{request.Descriptor.Name} {answer}"] = tally.GetValueOrDefault($"{request.Descriptor.Name} {answer}") + 1;

    private static bool IsDryRun(IMessage request) => (bool)request.Descriptor.FindFieldByName("validate_only").Accessor.GetValue(request);

    /// <summary>The fields that differ.</summary>
    private static string Differing(IMessage inModel, IMessage inMesh) => string.Join("\n", inMesh.Descriptor.Fields.InDeclarationOrder()
        .Where(field => !Equals(field.Accessor.GetValue(inModel), field.Accessor.GetValue(inMesh)))
        .Select(field => $"  {field.Name}\n    model: {field.Accessor.GetValue(inModel)}\n    mesh:  {field.Accessor.GetValue(inMesh)}"));

    private static string Shown(Prediction prediction) => prediction is Accepted accepted ? accepted.Resource.ToString()! : prediction.ToString()!;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

file static class Days
{
    public static Google.Type.Date ToDate(this DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };
}
