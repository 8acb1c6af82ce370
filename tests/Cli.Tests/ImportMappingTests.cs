using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Cli.Tests;

// At stake: a misread cell becomes a wrong figure in front of a board, and nobody notices. Each test writes a file, imports it over gRPC,
// and checks the resulting records.
public sealed class ImportMappingTests : ImportTests
{
    [Fact]
    public async Task An_investor_has_its_owners_and_its_source()
    {
        Folder.Write(
            "investors.csv",
            "investor_id,name,country,kind,beneficial_owners,source,confidence",
            "ae,AE Elemental,PL,company,DE:600000;US:400000,PR Newswire,general-knowledge",
            "us-exim,EXIM,US,export_credit_agency,,,");

        var report = await Import();

        Assert.Empty(report.Refusals);
        var investor = Mesh.Investors["investors/ae"];
        Assert.Equal(("AE Elemental", "PL", InvestorKind.Company), (investor.DisplayName, investor.Country, investor.Kind));
        Assert.Equal(
            [new BeneficialOwner { Country = "DE", SharePpm = 600_000 }, new BeneficialOwner { Country = "US", SharePpm = 400_000 }],
            investor.BeneficialOwners);
        Assert.Equal([new Source { Citation = "PR Newswire", Confidence = Confidence.GeneralKnowledge }], investor.Sources);
        Assert.Equal(InvestorKind.ExportCreditAgency, Mesh.Investors["investors/us-exim"].Kind);
        Assert.Empty(Mesh.Investors["investors/us-exim"].Sources);
    }

    [Fact]
    public async Task A_commitment_is_confidential_if_its_column_says_so()
    {
        Folder.WithInvestors("bank,Bank,DE,company,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,").Write(
            "commitments.csv",
            "commitment_id,investor_id,project_id,instrument,amount,currency,status,date,note,confidential",
            "a,bank,mine,loan,5,EUR,pledged,2025,,true",
            "b,bank,mine,loan,5,EUR,pledged,2025,,false",
            "c,bank,mine,loan,5,EUR,pledged,2025,,",
            "d,bank,mine,loan,5,EUR,pledged,2025,,yes");

        var report = await Import();

        Assert.Equal(("confidential", 5), (Assert.Single(report.Refusals).Column, report.Refusals[0].Line));
        Assert.Equal([true, false, false], new[] { "a", "b", "c" }.Select(id => Mesh.Commitments[$"commitments/{id}"].Confidential));
    }

    [Fact]
    public async Task A_project_has_its_kinds_minerals_cost_and_output()
    {
        Folder.WithProjects(
            "vinton,\"Plant, Port of Vinton\",Aclara,mining+refining,US,30.19,-93.58,rare earths,pre-feasibility,277000000.50,USD,1630.5,oxides,2027-09,A page,stored-source");

        var report = await Import();

        Assert.Empty(report.Refusals);
        var project = Mesh.Projects["projects/vinton"];
        Assert.Equal(
            ("Plant, Port of Vinton", "Aclara", "US", Stage.PreFeasibility),
            (project.DisplayName, project.Operator, project.Country, project.Stage));
        Assert.Equal([ProjectKind.Mining, ProjectKind.Refining], project.Kinds);
        Assert.Equal(["rare-earths"], project.Minerals);
        Assert.Equal((30.19, -93.58), (project.Location.Latitude, project.Location.Longitude));
        Assert.Equal(new Amount(27_700_000_050, "USD").ToMoney(), project.CapitalCost);
        Assert.Equal(new PartialDate(2027, 9, 0).ToDate(), project.PlannedFirstProduction);
        var output = Assert.Single(project.Outputs);
        Assert.Equal(("rare-earths", "oxides", "1630.5"), (output.Mineral, output.Product, output.TonnesPerYear.Value));
    }

    [Fact]
    public async Task Unknown_fields_of_a_project_are_left_unset()
    {
        Folder.WithProjects("a,A,,research,FI,,,,,,,,,,,", "b,B,,mining,FI,,,lithium;cobalt,,,EUR,,mixed product,,,");

        var report = await Import();

        Assert.Empty(report.Refusals);
        var project = Mesh.Projects["projects/a"];
        Assert.Equal(Stage.Unspecified, project.Stage);
        Assert.Null(project.CapitalCost);
        Assert.Null(project.Location);
        Assert.Null(project.PlannedFirstProduction);
        Assert.Empty(project.Outputs);
        Assert.Empty(project.Minerals);
        var output = Assert.Single(Mesh.Projects["projects/b"].Outputs);
        Assert.Equal(("", "mixed product"), (output.Mineral, output.Product));
        Assert.Null(output.TonnesPerYear);
    }

    [Fact]
    public async Task A_facility_has_one_capacity_without_a_start_year_and_context_rows_are_skipped()
    {
        Folder.WithFacilities(
            "outokumpu,Plant,Op,FI,rare earths (dysprosium),oxide,3.5,planned,1912,construction,A page,stored-source",
            "5n,St George,5N,US,germanium,metal and wafers,,,,operating,,",
            "context-china-cobalt,China,,CN,cobalt,world share,100,share,,operating,,");

        var report = await Import();

        Assert.Empty(report.Refusals);
        Assert.Equal((3, 2, 1), (report.Files[0].Rows, report.Files[0].Imported, report.Files[0].Skipped));
        var facility = Mesh.Facilities["facilities/outokumpu"];
        Assert.Equal(FacilityStatus.Construction, facility.Status);
        Assert.Equal(new PartialDate(1912, 0, 0).ToDate(), facility.InServiceDate);
        Assert.Equal(
            [new Capacity { Mineral = "dysprosium", Product = "oxide", TonnesPerYear = DecimalText.ToDecimal(3.5m), Basis = "planned",
                FromYear = 0 }], facility.Capacities);
        Assert.Null(Mesh.Facilities["facilities/5n"].Capacities[0].TonnesPerYear);
        Assert.DoesNotContain("facilities/context-china-cobalt", Mesh.Facilities.Keys);
    }

    [Fact]
    public async Task The_rates_of_a_date_are_published_together()
    {
        Folder.WithRates(
            "2023-12-29,USD,1.105,ECB,stored-source", "2024-01-31,USD,1.0837,ECB,stored-source",
            "2023-12-29,GBP,0.86905,ECB,stored-source");

        var report = await Import();

        Assert.Equal(3, report.Files[0].Imported);
        Assert.Equal(2, Mesh.Commands.Count);
        var table = Mesh.RateTables["exchangeRateTables/2023-12-29"];
        Assert.Equal([("USD", "1.105"), ("GBP", "0.86905")], table.Rates.Select(rate => (rate.CurrencyCode, rate.UnitsPerEuro.Value)));
        Assert.Single(table.Sources);
    }

    [Theory]
    [InlineData("pledged", CommitmentStatus.Pledged, false, 0, false)]
    [InlineData("committed", CommitmentStatus.Committed, true, 0, false)]
    [InlineData("disbursed", CommitmentStatus.Disbursed, true, 1, false)]
    [InlineData("cancelled", CommitmentStatus.Cancelled, false, 0, true)]
    public async Task A_status_is_imported_as_commands_on_its_date(
        string status, CommitmentStatus reached, bool isSigned, int payments, bool isCancelled)
    {
        WithPartners().WithCommitments($"c1,dfc,mine,equity,5000000,USD,{status},2025-09,Text,,");

        var report = await Import();

        Assert.Empty(report.Refusals);
        var date = new PartialDate(2025, 9, 0).ToDate();
        var commitment = Mesh.Commitments["commitments/c1"];
        Assert.Equal(reached, commitment.Status);
        Assert.Equal(date, commitment.AnnouncementDate);
        Assert.Equal(isSigned ? date : null, commitment.Signing?.Date);
        Assert.Equal(isCancelled ? date : null, commitment.Cancellation?.Date);
        Assert.Equal(payments, commitment.Disbursements.Count);
        Assert.All(commitment.Disbursements, payment => Assert.Equal((commitment.Amount, date), (payment.Amount, payment.Date)));
    }

    [Fact]
    public async Task An_undisclosed_disbursement_is_imported_as_signed_and_paid_without_date_and_amount()
    {
        WithPartners().WithCommitments("c1,dfc,mine,loan,,EUR,disbursed,,,,");

        await Import();

        var commitment = Mesh.Commitments["commitments/c1"];
        Assert.Null(commitment.Amount);
        Assert.Equal("EUR", commitment.CurrencyCode);
        Assert.Null(commitment.AnnouncementDate);
        Assert.NotNull(commitment.Signing);
        Assert.Null(commitment.Signing.Date);
        Assert.Null(Assert.Single(commitment.Disbursements).Amount);
    }

    [Theory]
    [InlineData("", CountingBasis.Additive)]
    [InlineData("Ordinary note [see page 3]", CountingBasis.Additive)]
    [InlineData("[loi] Letter", CountingBasis.Additive)]
    [InlineData("[consortium-total] Shared", CountingBasis.ConsortiumTotal)]
    [InlineData("[company-level] Group", CountingBasis.CompanyLevel)]
    [InlineData("[acquisition] Price", CountingBasis.AcquisitionPrice)]
    [InlineData("[gross-of-grants] Budget", CountingBasis.GrossOfGrants)]
    [InlineData("[overlaps-other-row] Part of c2", CountingBasis.Overlap)]
    [InlineData("[indicative-envelope] Up to", CountingBasis.Indicative)]
    [InlineData("[requested-not-awarded] Asked", CountingBasis.Indicative)]
    [InlineData("[unit-price] Floor", CountingBasis.UnitPrice)]
    [InlineData("[loi][company-level] Both", CountingBasis.CompanyLevel)]
    public async Task A_tag_at_the_start_of_the_note_becomes_the_counting_basis_and_the_note_keeps_its_text(
        string note, CountingBasis basis)
    {
        WithPartners().WithCommitments($"c1,dfc,mine,price_floor,,USD,pledged,2025,{note},,");

        var report = await Import();

        Assert.Empty(report.Refusals);
        Assert.Equal((basis, note), (Mesh.Commitments["commitments/c1"].CountingBasis, Mesh.Commitments["commitments/c1"].Note));
        Assert.Equal(Instrument.PriceFloor, Mesh.Commitments["commitments/c1"].Instrument);
    }

    private Fakes.CsvFolder WithPartners() =>
        Folder.WithInvestors("dfc,DFC,US,government,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,");
}
