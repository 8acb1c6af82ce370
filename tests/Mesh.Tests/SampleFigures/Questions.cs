namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>The questions that are asked of both.</summary>
internal static class Questions
{
    private static readonly (string Label, DateOnly? AsOf, DateOnly? RateDate)[] Dates =
    [
        ("today", null, null),
        ("on 2026-03-31", new(2026, 3, 31), null),
        ("on 2025-06-30", new(2025, 6, 30), null),
        ("on 2024-02-29 at the rates of 2026-04-27", new(2024, 2, 29), new(2026, 4, 27)),
        ("on 2021-12-31 at the rates of 2023-12-31", new(2021, 12, 31), new(2023, 12, 31)),
    ];

    /// <summary>The portfolio as a whole.</summary>
    public static IEnumerable<Question> Whole =>
        from currency in (string[])["", "USD", "JPY", "GBP", "KRW", "NOK", "CZK"]
        from date in Dates
        select new Question($"everything in {(currency.Length == 0 ? "the partnership's currency" : currency)} {date.Label}")
        {
            Currency = currency,
            AsOf = date.AsOf,
            RateDate = date.RateDate,
        };

    /// <summary>Parts of it that conditions on projects select.</summary>
    public static IEnumerable<Question> ByProject => Dated([
        new("in France") { Countries = ["FR"] },
        new("in three countries") { Countries = ["AU", "CA", "US"] },
        new("of lithium") { Minerals = ["lithium"] },
        new("of gallium or germanium") { Minerals = ["gallium", "germanium"] },
        new("in construction") { Stages = ["CONSTRUCTION"] },
        new("at an unknown stage or operating") { Stages = ["", "OPERATING"] },
        new("recycling") { Kinds = ["RECYCLING"] },
        new("of two projects") { Projects = ["neo-narva", "element25-louisiana"] },
        new("of nothing") { Countries = ["IS"] },
        new("of lithium mining in permitting or construction in Europe's countries")
        {
            Minerals = ["lithium"], Kinds = ["MINING"], Stages = ["PERMITTING", "CONSTRUCTION"], Countries = ["CZ", "DE", "FI", "ES", "PT"],
        },
    ]);

    /// <summary>Parts of it that conditions on commitments select.</summary>
    public static IEnumerable<Question> ByCommitment => Dated([
        new("by loan") { Instruments = ["LOAN"] },
        new("by grant or offtake") { Instruments = ["GRANT", "OFFTAKE"] },
        new("by offtake alone") { Instruments = ["OFFTAKE"] },
        new("of one investor") { Investors = ["us-dow"] },
        new("of two investors, by equity, of rare earths") { Investors = ["usa-rare-earth", "stellantis"], Instruments = ["EQUITY"], Minerals = ["rare-earths"] },
    ]);

    private static IEnumerable<Question> Dated(Question[] questions) => questions.SelectMany(question => (Question[])
    [
        question with { Label = $"{question.Label}, today" },
        question with { Label = $"{question.Label}, in USD on 2025-12-31", Currency = "USD", AsOf = new(2025, 12, 31) },
    ]);
}
