namespace Mining.Cli.Tests;

// At stake: the sample is the first thing everyone sees. Every row must be imported without a refusal.
public sealed class SampleTests : ImportTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "Sample");

    [Fact]
    public async Task The_sample_is_imported_without_a_refused_row()
    {
        var report = await Import(Sample);

        Assert.Empty(report.Refusals);
        Assert.Equal(
            [("fx_rates.csv", 352, 0), ("investors.csv", 96, 0), ("projects.csv", 141, 0), ("refineries.csv", 71, 14),
                ("commitments.csv", 218, 0)],
            report.Files.Select(file => (file.File, file.Imported, file.Skipped)));
        Assert.Equal(
            (30, 96, 141, 71, 218),
            (Mesh.RateTables.Count, Mesh.Investors.Count, Mesh.Projects.Count, Mesh.Facilities.Count, Mesh.Commitments.Count));
        Assert.Equal(["demand.csv and prices.csv: for reference only, not imported."], report.Notices);
    }

    [Fact]
    public async Task The_imported_sample_has_the_counts_of_its_files()
    {
        await Import(Sample);

        var commitments = Mesh.Commitments.Values;
        Assert.Equal(130 + 23, commitments.Count(commitment => commitment.Signing is not null));
        Assert.Equal(23, commitments.Count(commitment => commitment.Disbursements.Count == 1));
        Assert.Equal(7, commitments.Count(commitment => commitment.Cancellation is not null));
        Assert.Equal(4, commitments.Count(commitment => commitment.AnnouncementDate is null));
        Assert.Equal(30 - 7, commitments.Count(commitment => commitment.CountingBasis != Mining.Investors.V1.CountingBasis.Additive));
    }

    [Fact]
    public async Task Importing_the_sample_twice_changes_nothing_the_second_time()
    {
        await Import(Sample);

        var report = await Import(Sample);

        Assert.All(report.Files, file => Assert.Equal((file.Rows - file.Skipped, 0), (file.Unchanged, file.Imported)));
    }
}
