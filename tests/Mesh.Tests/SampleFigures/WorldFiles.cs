using System.Globalization;
using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>Reads the CSV files as the design of the import says: how a row becomes facts.</summary>
internal static class WorldFiles
{
    public static readonly DateOnly Always = DateOnly.MinValue;

    private static readonly (string Tag, string Basis)[] Tags =
    [
        ("[consortium-total]", "CONSORTIUM_TOTAL"), ("[company-level]", "COMPANY_LEVEL"), ("[acquisition]", "ACQUISITION_PRICE"),
        ("[gross-of-grants]", "GROSS_OF_GRANTS"), ("[overlaps-other-row]", "OVERLAP"), ("[indicative-envelope]", "INDICATIVE"),
        ("[requested-not-awarded]", "INDICATIVE"), ("[unit-price]", "UNIT_PRICE"),
    ];

    /// <summary>Adds the facts of a folder.</summary>
    public static World Load(string folder)
    {
        var world = new World();
        foreach (var row in CsvFile.Read(Path.Combine(folder, "projects.csv")))
        {
            var project = new WorldProject(
                row("project_id"), row("name"), row("country"), [.. row("kind").Split('+').Select(Constant)],
                [.. row("minerals").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(mineral => mineral.Trim().Replace(' ', '-'))]);
            project.Stages.Add(new(Constant(row("stage")), Always));
            if (Minor(row("capex_amount"), row("capex_currency")) is { } cost)
                project.CapitalCosts.Add(new((cost, row("capex_currency")), Always));
            world.Projects.Add(project.Id, project);
        }

        foreach (var row in CsvFile.Read(Path.Combine(folder, "investors.csv")))
            world.Investors.Add(row("investor_id"), new(row("investor_id"), row("name"), Owners(row("country"), row("beneficial_owners"))));
        foreach (var row in CsvFile.Read(Path.Combine(folder, "commitments.csv")))
            world.Commitments.Add(row("commitment_id"), Commitment(row));
        foreach (var row in CsvFile.Read(Path.Combine(folder, "fx_rates.csv")))
        {
            if (!world.Rates.TryGetValue(row("currency"), out var days))
                world.Rates.Add(row("currency"), days = []);
            days.Add(FirstDay(row("date"))!.Value, row("per_eur"));
        }

        return world;
    }

    /// <summary>The first day of a date that may be a year, or a year and a month.</summary>
    public static DateOnly? FirstDay(string text)
    {
        if (text.Length == 0)
            return null;
        var parts = text.Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new DateOnly(parts[0], parts.ElementAtOrDefault(1) is 0 ? 1 : parts[1], parts.ElementAtOrDefault(2) is 0 ? 1 : parts[2]);
    }

    private static WorldCommitment Commitment(Func<string, string> row)
    {
        var basis = Tags.FirstOrDefault(tag => row("note").StartsWith(tag.Tag, StringComparison.Ordinal)).Basis ?? "ADDITIVE";
        var commitment = new WorldCommitment(
            row("commitment_id"), row("investor_id"), row("project_id"), Constant(row("instrument")), row("currency"), basis, FirstDay(row("date")));
        var amount = Minor(row("amount"), row("currency"));
        var date = commitment.Announced ?? Always;
        commitment.Amounts.Add(new(amount, Always));
        if (row("status") is "committed" or "disbursed")
            commitment.Signed = date;
        if (row("status") == "disbursed")
            commitment.Payments.Add(new(amount, date));
        if (row("status") == "cancelled")
            commitment.Cancelled = date;
        return commitment;
    }

    private static Dictionary<string, int> Owners(string seat, string text)
    {
        var owners = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':'))
            .ToDictionary(part => part[0], part => int.Parse(part[1], CultureInfo.InvariantCulture));
        owners[seat] = owners.GetValueOrDefault(seat) + 1_000_000 - owners.Values.Sum();
        return owners;
    }

    private static BigInteger? Minor(string amount, string currency) =>
        amount.Length == 0 ? null : (Ratio.Parse(amount) * new Ratio(BigInteger.Pow(10, World.Decimals(currency)), 1)).Round();

    private static string Constant(string word) => word.ToUpperInvariant().Replace('-', '_');
}
