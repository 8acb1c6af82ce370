// At stake: a score that a board can check with a pocket calculator. The components below are worked out by hand from the
// sample, with the arithmetic beside them. On 2026-04-30 the rates are USD 1.1749, AUD 1.6337 (2026-04-27) and PLN 4.2725
// (2026-03-05) for one euro. The part of the capital cost that must be committed: feasibility 10 %, permitting 15 %,
// construction and later all of it.
using Mining.Portfolio.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

[Collection(SampleMeshUsers.Name)]
public sealed class SampleHealthTests(SampleMesh sample)
{
    [Theory]

    // EIB loan EUR 270 m + Sibanye equity USD 233 m ÷ 1.1749 = EUR 468.315 m of EUR 723 m; the guarantee is not funded.
    [InlineData("keliber", "64.77")]

    // The French grant of EUR 106 m of EUR 216 m; the consortium's total is not additive, two stakes are undisclosed.
    [InlineData("caremag-lacq", "49.07")]

    // Louisiana's USD 46.4 m of the USD 27.7 m that feasibility needs: at most 100.
    [InlineData("aclara-vinton", "100.00")]

    // Loans of USD 325 m × 1.6337 ÷ 1.1749 = AUD 451.9 m of the AUD 159 m that feasibility needs: at most 100.
    [InlineData("nolans", "100.00")]

    // Only a letter of interest: pledged, not committed.
    [InlineData("hemerdon", "0.00")]

    // EUR 18.7 m + EUR 20 m + USD 50 m ÷ 1.1749 = EUR 81.257 m of EUR 100 m.
    [InlineData("neo-narva", "81.26")]

    // EUR 50 + 204 + 150 + 120 + 250 = 774 m of EUR 2 200 m; HOCHTIEF's total is not additive, the rest undisclosed.
    [InlineData("vulcan-lionheart", "35.18")]

    // EUR 90 m of EUR 295.5 m.
    [InlineData("metlen-gallium", "30.46")]

    // USD 300 m + 150 m of USD 450 m.
    [InlineData("atalco-gramercy", "100.00")]

    // USD 59.4 + 75 + 180 = 314.4 m of USD 1 300 m; the loan of USD 2.9 bn was approved on 21 May.
    [InlineData("stibnite", "24.18")]

    // EUR 25 + 52 + 150.7 m + USD 75 m ÷ 1.1749 = EUR 291.535 m of PLN 3 000 m ÷ 4.2725 = EUR 702.165 m.
    [InlineData("elemental-polvolt", "41.52")]

    // USD 585 + 210 + 760 = 1 555 m of the USD 1 110 m that permitting needs; the loans are a total of several lenders.
    [InlineData("korea-zinc-clarksville", "100.00")]
    public async Task Funding_is_committed_money_against_what_the_stage_needs(string project, string score)
    {
        var funding = await Component(project, HealthComponentKind.Funding, new(2026, 4, 30));
        Assert.Equal((HealthComponentState.Scored, score), (funding.State, Score(funding)));
        Assert.Equal(30, funding.Weight);
    }

    [Fact]
    public async Task A_loan_counts_from_its_approval()
    {
        // USD 314.4 m + 2 900 m of USD 1 300 m.
        var funding = await Component("stibnite", HealthComponentKind.Funding, new(2026, 5, 21));
        Assert.Equal("100.00", Score(funding));
    }

    [Theory]

    // Stellantis USD 30 m of 115 m, General Motors the rest: half of (|30/115 − 1/2| + |85/115 − 1/2|) is 23.91 % of at most 50 %.
    [InlineData("element25-louisiana", "52.17")]

    // Stellantis 5 of 12, General Motors 7 of 12: half of (1/12 + 1/12) is 8.33 % of at most 50 %.
    [InlineData("niron-sartell", "83.33")]
    public async Task Balance_is_the_distance_to_the_targets(string project, string score)
    {
        var balance = await Component(project, HealthComponentKind.Balance, new(2026, 4, 30));
        Assert.Equal((HealthComponentState.Scored, score), (balance.State, Score(balance)));
    }

    [Theory]

    // First production in 2027, as first planned: no slip.
    [InlineData("niron-sartell", "100.00")]

    // First production in 2026, open on 30 April: 119 days are 119 ÷ 30.4375 = 3.9097 months of 24.
    [InlineData("hemerdon", "83.71")]
    public async Task Schedule_is_the_slip_of_first_production(string project, string score)
    {
        var schedule = await Component(project, HealthComponentKind.Schedule, new(2026, 4, 30));
        Assert.Equal((HealthComponentState.Scored, score), (schedule.State, Score(schedule)));
    }

    private async Task<HealthComponent> Component(string project, HealthComponentKind kind, DateOnly asOf)
    {
        var query = new PortfolioQuery { AsOf = new() { Year = asOf.Year, Month = asOf.Month, Day = asOf.Day } };
        var dossier = await sample.Mesh.Portfolio.GetProjectDossierAsync(new() { Name = $"projects/{project}", Query = query });
        return dossier.Pipeline.Health.Components.Single(component => component.Kind == kind);
    }

    private static string Score(HealthComponent component) => component.Score.Value;
}
