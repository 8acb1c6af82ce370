using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>Something that holds from a day on. What holds at every date has the first day of the calendar.</summary>
internal sealed record Since<T>(T Value, DateOnly Day);

internal sealed record WorldProject(
    string Id, string Name, string Country, IReadOnlyList<string> Kinds, IReadOnlyList<string> Minerals)
{
    /// <summary>Its stages, oldest first; empty text: not known.</summary>
    public List<Since<string>> Stages { get; } = [];

    /// <summary>Its capital cost in minor units, oldest first.</summary>
    public List<Since<(BigInteger MinorUnits, string Currency)?>> CapitalCosts { get; } = [];

    public string StageAt(DateOnly date) => Stages.LastOrDefault(stage => stage.Day <= date)?.Value ?? "";

    public (BigInteger MinorUnits, string Currency)? CapitalCostAt(DateOnly date) =>
        CapitalCosts.LastOrDefault(cost => cost.Day <= date)?.Value;
}

/// <param name="Owners">Parts per million by country; they add up to a million.</param>
internal sealed record WorldInvestor(string Id, string Name, IReadOnlyDictionary<string, int> Owners);

/// <param name="Basis"><c>ADDITIVE</c>, or why it is not.</param>
/// <param name="Announced">Null: undated.</param>
internal sealed record WorldCommitment(
    string Id, string Investor, string Project, string Instrument, string Currency, string Basis, DateOnly? Announced)
{
    /// <summary>Its amount in minor units, oldest first; null: undisclosed.</summary>
    public List<Since<BigInteger?>> Amounts { get; } = [];

    public List<Since<BigInteger?>> Payments { get; } = [];

    public DateOnly? Signed { get; set; }

    public DateOnly? Cancelled { get; set; }

    public bool IsFunded => Instrument is "EQUITY" or "LOAN" or "GRANT" or "PREPAYMENT";

    public bool IsAdditive => Basis == "ADDITIVE";

    /// <summary>Whether it counts for a measure at a date, and with how much; a null amount is undisclosed.</summary>
    public (bool Counts, BigInteger? MinorUnits) At(string measure, DateOnly date)
    {
        var announced = Announced is null || Announced <= date;
        var ended = Cancelled <= date;
        var reached = measure switch
        {
            "PLEDGED" => announced && !ended,
            "COMMITTED" => announced && Signed <= date && !ended,
            _ => false,
        };
        if (reached)
            return (true, Amounts.LastOrDefault(amount => amount.Day <= date)?.Value);

        // Each measure contains the next, and what was paid before an end stays counted.
        var paid = Payments.Where(payment => payment.Day <= date).ToList();
        var known = paid.Where(payment => payment.Value is not null).ToList();
        return (paid.Count > 0, known.Count == 0 ? null : known.Aggregate(BigInteger.Zero, (sum, payment) => sum + payment.Value!.Value));
    }
}

/// <summary>All facts that figures are made of.</summary>
internal sealed class World
{
    /// <summary>The sides of the partnership, with their targets; every other country is <c>OUTSIDE</c>.</summary>
    public static readonly IReadOnlyDictionary<string, int> Targets = new Dictionary<string, int> { ["EU"] = 500_000, ["US"] = 500_000 };

    public static readonly IReadOnlyList<string> Sides = ["EU", "OUTSIDE", "US"];

    private static readonly HashSet<string> Union =
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
        "PT", "RO", "SE", "SI", "SK", "EU",
    ];

    public Dictionary<string, WorldProject> Projects { get; } = [];

    public Dictionary<string, WorldInvestor> Investors { get; } = [];

    public Dictionary<string, WorldCommitment> Commitments { get; } = [];

    /// <summary>Units per euro as they stand in the file, by currency and day.</summary>
    public Dictionary<string, SortedList<DateOnly, string>> Rates { get; } = [];

    public static string SideOf(string country) => Union.Contains(country) ? "EU" : country == "US" ? "US" : "OUTSIDE";

    /// <summary>The decimals of a currency's minor unit.</summary>
    public static int Decimals(string currency) => currency is "JPY" or "KRW" ? 0 : 2;
}
