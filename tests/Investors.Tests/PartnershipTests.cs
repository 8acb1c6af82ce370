// At stake: the sides, targets and rules by which every share is computed. The first version comes from the configuration and is recorded
// once; an invalid one must stop the start with every problem named; a new rule must apply to existing records. On real processes with
// their own databases, because a rule of the shared partnership would disturb other tests.
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Testing;
using Xunit;
using Effect = Mining.Investors.V1.OutsideOwnershipRule.Types.Effect;

namespace Mining.Investors.Tests;

public sealed class PartnershipTests() : PartnershipSuite(TestStorage.Sqlite);

public sealed class PartnershipOnSqlServerTests() : PartnershipSuite(TestStorage.SqlServer);

public abstract class PartnershipSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private const string Name = "partnerships/eu-us";

    [Fact]
    public async Task The_default_partnership_is_recorded_once_and_never_overwritten()
    {
        await using var process = new ServiceProcess("investors", storage: storage);
        await process.Start();
        var client = new InvestorService.InvestorServiceClient(process.Channel);
        var shipped = await client.GetPartnershipAsync(new() { Name = Name });
        Assert.Equal(["EU", "US"], shipped.Sides.Select(side => side.SideId));
        Assert.Equal([28, 1], shipped.Sides.Select(side => side.Countries.Count));
        Assert.Equal([500_000, 500_000], shipped.Sides.Select(side => side.TargetSharePpm));
        Assert.Equal(("EUR", 250_000, Effect.Mark), (shipped.ReportingCurrency, shipped.OutsideOwnershipRule.LimitPpm, shipped.OutsideOwnershipRule.Effect));
        var change = Assert.Single(await Changes(process));
        Assert.Equal((Name, "service:investors", "ConfigurePartnership"), (change.Resource, change.Actor, change.Method));

        var changed = await client.UpdatePartnershipAsync(new() { Partnership = new Partnership { Name = Name, DisplayName = "Renamed" }, Etag = shipped.Etag });
        await process.Kill();
        await process.Start();
        Assert.Equal(changed, Assert.Single((await client.ListPartnershipsAsync(new())).Partnerships));
        Assert.Equal(2, (await Changes(process)).Count);
    }

    [Fact]
    public async Task A_third_side_can_join_and_sides_are_ordered_by_id()
    {
        await using var process = new ServiceProcess("investors", storage: storage);
        await process.Start();
        var client = new InvestorService.InvestorServiceClient(process.Channel);
        var sides = (await client.GetPartnershipAsync(new() { Name = Name })).Sides;
        sides[0].TargetSharePpm = 400_000;
        sides[1].TargetSharePpm = 400_000;
        var request = new UpdatePartnershipRequest
        {
            Partnership = new Partnership
            {
                Name = Name,
                Sides = { sides[1], sides[0], new Side { SideId = "CA", DisplayName = "Canada", Countries = { "CA" }, TargetSharePpm = 200_000 } },
            },
        };
        Assert.Equal(["CA", "EU", "US"], (await client.UpdatePartnershipAsync(request)).Sides.Select(side => side.SideId));
    }

    [Fact]
    public async Task All_violations_of_an_update_are_named_at_once()
    {
        await using var process = new ServiceProcess("investors", storage: storage);
        await process.Start();
        var client = new InvestorService.InvestorServiceClient(process.Channel);
        var request = new UpdatePartnershipRequest
        {
            Partnership = new Partnership
            {
                Name = Name,
                Sides =
                {
                    new Side { SideId = "eu", DisplayName = "Lower case", Countries = { "FR", "UK" }, TargetSharePpm = 500_000 },
                    new Side { SideId = "OUTSIDE", DisplayName = "Taken", Countries = { "FR" }, TargetSharePpm = -1 },
                    new Side { SideId = "X", Countries = { "JP" } },
                    new Side { SideId = "X", DisplayName = "Twice" },
                },
                ReportingCurrency = "EURO",
                OutsideOwnershipRule = new OutsideOwnershipRule { LimitPpm = 1_000_001 },
            },
        };
        var status = await Refused.By(async () => await client.UpdatePartnershipAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "partnership.sides[0].side_id", "partnership.sides[0].countries[1]", "partnership.sides[1].side_id",
                "partnership.sides[1].countries[0]", "partnership.sides[1].target_share_ppm", "partnership.sides[2].display_name",
                "partnership.sides[3].side_id", "partnership.sides[3].countries", "partnership.sides", "partnership.reporting_currency",
                "partnership.outside_ownership_rule.covered_countries", "partnership.outside_ownership_rule.limit_ppm",
                "partnership.outside_ownership_rule.effect",
            ],
            status.Fields());
        Assert.Contains("1000000", status.Description("partnership.sides"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_configuration_stops_the_start_with_all_its_problems()
    {
        await using var process = new ServiceProcess("investors", new Dictionary<string, string>
        {
            ["Partnership__Name"] = "partnerships/Two Words",
            ["Partnership__DisplayName"] = "Wrong",
            ["Partnership__ReportingCurrency"] = "EUR",
            ["Partnership__Sides__0__SideId"] = "A",
            ["Partnership__Sides__0__DisplayName"] = "A",
            ["Partnership__Sides__0__Countries__0"] = "FR",
            ["Partnership__Sides__0__TargetSharePpm"] = "half",
            ["Partnership__Sides__1__SideId"] = "B",
            ["Partnership__Sides__1__DisplayName"] = "B",
            ["Partnership__Sides__1__Countries__0"] = "FR",
            ["Partnership__Sides__1__TargetSharePpm"] = "500000",
            ["Partnership__OutsideOwnershipRule__Limit"] = "1",
        }, storage);
        await Assert.ThrowsAnyAsync<Exception>(process.Start);
        string[] expected =
        [
            "The partnership's configuration is invalid.",
            "Partnership.name 'partnerships/Two Words'",
            "Partnership.Sides.0.TargetSharePpm is \"half\"",
            "Partnership.OutsideOwnershipRule.Limit is not a setting",
            "Partnership.sides[1].countries[0] \"FR\" already belongs to \"A\"",
            "Partnership.sides has targets that add up to 500000 ppm",
            "Partnership.outside_ownership_rule.effect must be given",
        ];
        await Eventually.True(
            () => Task.FromResult(expected.All(sentence => process.Log.Contains(sentence, StringComparison.Ordinal))), otherwise: () => process.Log);
    }

    [Fact]
    public async Task A_partnership_is_taken_as_a_whole_from_the_last_configuration_source()
    {
        await using var process = new ServiceProcess("investors", new Dictionary<string, string>
        {
            ["Partnership__Name"] = "partnerships/jp-au",
            ["Partnership__DisplayName"] = "Japan and Australia",
            ["Partnership__ReportingCurrency"] = "JPY",
            ["Partnership__Sides__0__SideId"] = "JP",
            ["Partnership__Sides__0__DisplayName"] = "Japan",
            ["Partnership__Sides__0__Countries__0"] = "JP",
            ["Partnership__Sides__0__TargetSharePpm"] = "700000",
            ["Partnership__Sides__1__SideId"] = "AU",
            ["Partnership__Sides__1__DisplayName"] = "Australia",
            ["Partnership__Sides__1__Countries__0"] = "AU",
            ["Partnership__Sides__1__TargetSharePpm"] = "300000",
        }, storage);
        await process.Start();
        var partnerships = (await new InvestorService.InvestorServiceClient(process.Channel).ListPartnershipsAsync(new())).Partnerships;
        var only = Assert.Single(partnerships);
        Assert.Equal(["AU", "JP"], only.Sides.Select(side => side.SideId));
        Assert.All(only.Sides, side => Assert.Single(side.Countries));
        Assert.Null(only.OutsideOwnershipRule);
    }

    [Fact]
    public async Task The_ownership_flag_follows_owners_and_rule_and_a_blocking_rule_refuses()
    {
        await using InvestorsProcess mesh = storage == TestStorage.Sqlite ? new InvestorsOnSqlite() : new InvestorsOnSqlServer();
        await mesh.InitializeAsync();
        var client = mesh.Client;
        var loan = await mesh.Loan();
        var commitment = await client.CreateCommitmentAsync(new() { CommitmentId = InvestorsProcess.NextId(), Commitment = loan });
        Assert.False(commitment.OutsideOwnershipBreach);

        var owners = new Investor
        {
            Name = loan.Investor,
            BeneficialOwners = { new BeneficialOwner { Country = "CN", SharePpm = 150_000 }, new BeneficialOwner { Country = "RU", SharePpm = 100_001 } },
        };
        await client.UpdateInvestorAsync(new() { Investor = owners });
        var marked = await client.GetCommitmentAsync(new() { Name = commitment.Name });
        Assert.Equal((true, 2), (marked.OutsideOwnershipBreach, marked.Version));
        var finding = Assert.Single(marked.OwnershipFindings);
        Assert.Equal((Name, 250_000, 250_001, 150_000), (finding.Partnership, finding.LimitPpm, finding.SummedPpm, finding.DirectPpm));
        Assert.Equal(owners.BeneficialOwners, finding.Owners);
        Assert.NotEqual("", finding.Basis);

        var rule = (await client.GetPartnershipAsync(new() { Name = Name })).OutsideOwnershipRule;
        rule.LimitPpm = 250_001;
        await client.UpdatePartnershipAsync(new() { Partnership = new Partnership { Name = Name, OutsideOwnershipRule = rule } });
        Assert.False((await client.GetCommitmentAsync(new() { Name = commitment.Name })).OutsideOwnershipBreach);

        (rule.LimitPpm, rule.Effect) = (250_000, Effect.Block);
        await client.UpdatePartnershipAsync(new() { Partnership = new Partnership { Name = Name, OutsideOwnershipRule = rule } });
        var status = await Refused.By(
            async () => await client.CreateCommitmentAsync(new() { CommitmentId = InvestorsProcess.NextId(), Commitment = loan }),
            StatusCode.FailedPrecondition,
            "OUTSIDE_OWNERSHIP_LIMIT");
        foreach (var part in (string[])[Name, "CN 150000 ppm", "RU 100001 ppm", "250001 ppm", "250000 ppm"])
            Assert.Contains(part, status.Message, StringComparison.Ordinal);
        var metadata = status.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata;
        Assert.Equal((Name, "250000", "250001", "150000"), (metadata["partnership"], metadata["limit_ppm"], metadata["summed_ppm"], metadata["direct_ppm"]));
    }

    private static async Task<List<Change>> Changes(ServiceProcess process)
    {
        using var call = new ChangeFeedService.ChangeFeedServiceClient(process.Channel).ReadChanges(new());
        var changes = new List<Change>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            changes.AddRange(call.ResponseStream.Current.Changes);
        return changes;
    }
}
