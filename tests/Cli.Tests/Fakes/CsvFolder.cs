using System.Text;

namespace Mining.Cli.Tests.Fakes;

/// <summary>A folder of CSV files for one test.</summary>
internal sealed class CsvFolder : IDisposable
{
    public const string InvestorHeader = "investor_id,name,country,kind,source,confidence";

    public const string ProjectHeader =
        "project_id,name,operator,kind,country,latitude,longitude,minerals,stage," +
        "capex_amount,capex_currency,planned_output_t_per_year,output_product,planned_first_production,source,confidence";

    public const string CommitmentHeader =
        "commitment_id,investor_id,project_id,instrument,amount,currency,status,date,note,source,confidence";

    public const string FacilityHeader =
        "facility_id,name,operator,country,mineral,product,capacity_t_per_year,capacity_basis,in_service,status,source,confidence";

    public const string RateHeader = "date,currency,per_eur,source,confidence";

    public string Path { get; } = Directory.CreateTempSubdirectory("mining-cli-tests-").FullName;

    public CsvFolder Write(string file, params string[] lines) => Write(file, string.Join('\n', lines) + "\n");

    public CsvFolder Write(string file, string text, bool withBom = false)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, file), text, new UTF8Encoding(withBom));
        return this;
    }

    public CsvFolder WithInvestors(params string[] rows) => Write("investors.csv", [InvestorHeader, .. rows]);

    public CsvFolder WithProjects(params string[] rows) => Write("projects.csv", [ProjectHeader, .. rows]);

    public CsvFolder WithCommitments(params string[] rows) => Write("commitments.csv", [CommitmentHeader, .. rows]);

    public CsvFolder WithFacilities(params string[] rows) => Write("refineries.csv", [FacilityHeader, .. rows]);

    public CsvFolder WithRates(params string[] rows) => Write("fx_rates.csv", [RateHeader, .. rows]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
