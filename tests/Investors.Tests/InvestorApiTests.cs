// At stake: the identity and ownership of an investor, on which sides and shares depend. Tested through the public API only, on the service
// as a real process.
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Investors.Tests;

public sealed class InvestorApiTests(InvestorsOnSqlite investors) : InvestorApiSuite(investors);

public sealed class InvestorApiOnSqlServerTests(InvestorsOnSqlServer investors) : InvestorApiSuite(investors);

public abstract class InvestorApiSuite(InvestorsProcess investors)
{
    private readonly InvestorService.InvestorServiceClient client = investors.SkipUnlessAvailable().Client;

    [Fact]
    public async Task A_created_investor_is_returned_unchanged()
    {
        var given = InvestorsProcess.Bank();
        given.BeneficialOwners.Add(new BeneficialOwner { Country = "US", SharePpm = 400_000 });
        given.Sources.Add(new Common.V1.Source { Citation = "Annual report" });
        var created = await client.CreateInvestorAsync(new() { InvestorId = InvestorsProcess.NextId(), Investor = given });
        Assert.Equal(created, await client.GetInvestorAsync(new() { Name = created.Name }));
        Assert.Equal((1, "DE", 400_000), (created.Version, created.Country, created.BeneficialOwners[0].SharePpm));
        var again = new CreateInvestorRequest { InvestorId = created.Name[10..], Investor = given };
        await Refused.By(async () => await client.CreateInvestorAsync(again), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task An_institution_of_the_European_Union_can_be_an_investor() =>
        Assert.Equal("EU", (await investors.CreateInvestor(investor => investor.Country = "EU")).Country);

    [Fact]
    public async Task All_violations_are_named_at_once()
    {
        var request = new CreateInvestorRequest
        {
            InvestorId = "",
            Investor = new Investor
            {
                Country = "Germany",
                Kind = (InvestorKind)77,
                BeneficialOwners =
                {
                    new BeneficialOwner { Country = "US", SharePpm = 600_000 },
                    new BeneficialOwner { Country = "US", SharePpm = 600_000 },
                    new BeneficialOwner { Country = "UK" },
                },
            },
        };
        var status = await Refused.By(async () => await client.CreateInvestorAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "investor_id", "investor.display_name", "investor.country", "investor.kind", "investor.beneficial_owners[1].country",
                "investor.beneficial_owners[2].country", "investor.beneficial_owners[2].share_ppm", "investor.beneficial_owners",
            ],
            status.Fields());
    }

    [Fact]
    public async Task Masked_fields_change_independently_and_can_be_cleared()
    {
        var created = await investors.CreateInvestor(investor => investor.BeneficialOwners.Add(new BeneficialOwner { Country = "US", SharePpm = 1 }));
        var renamed = await client.UpdateInvestorAsync(new() { Investor = new Investor { Name = created.Name, DisplayName = "Renamed" }, Etag = created.Etag });
        Assert.Equal(("Renamed", "DE", 1), (renamed.DisplayName, renamed.Country, renamed.BeneficialOwners.Count));
        var emptied = await client.UpdateInvestorAsync(new()
        {
            Investor = new Investor { Name = created.Name },
            UpdateMask = new() { Paths = { "beneficial_owners" } },
        });
        Assert.Empty(emptied.BeneficialOwners);
        await Refused.By(
            async () => await client.UpdateInvestorAsync(new() { Investor = new Investor { Name = created.Name, Country = "FR" }, Etag = created.Etag }),
            StatusCode.Aborted,
            "ETAG_MISMATCH");
        await Refused.By(
            async () => await client.UpdateInvestorAsync(new() { Investor = new Investor { Name = "investors/nobody", Country = "FR" } }),
            StatusCode.NotFound,
            "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task Paging_returns_each_matching_investor_once()
    {
        var expected = new List<string>();
        for (var i = 0; i < 5; i++)
            expected.Add((await investors.CreateInvestor(investor => (investor.Country, investor.Kind, investor.DisplayName) = ("SE", InvestorKind.Fund, "100% Fund_"))).Name);
        await investors.CreateInvestor(investor => (investor.Country, investor.Kind, investor.DisplayName) = ("SE", InvestorKind.Fund, "1000 Funds"));
        await investors.CreateInvestor(investor => (investor.Country, investor.DisplayName) = ("SE", "100% Fund_"));
        var request = new ListInvestorsRequest { PageSize = 2, Countries = { "SE", "NO" }, Kinds = { InvestorKind.Fund }, Text = "100% fund_" };
        var seen = new List<string>();
        do
        {
            var page = await client.ListInvestorsAsync(request);
            seen.AddRange(page.Investors.Select(investor => investor.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen);
    }
}
