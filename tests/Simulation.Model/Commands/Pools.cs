using Google.Type;

namespace Mining.Simulation.Model.Commands;

/// <summary>The few ids, dates and amounts from which commands are made, so that they meet each other.</summary>
internal static class Pools
{
    public const int ProjectCount = 8;
    public const int InvestorCount = 6;
    public const int CommitmentCount = 20;
    public const int FacilityCount = 3;
    public const int ReservationCount = 12;

    public static readonly string[] Currencies = ["EUR", "USD", "JPY", "KWD"];

    /// <summary>Low numbers come more often, so that a resource that many commands are about is recorded early.</summary>
    public static string Id(Random random, string kind, int count) => $"{kind}-{Math.Min(random.Next(count), random.Next(count)) + 1}";

    public static string Project(Random random) => "projects/" + Id(random, "project", ProjectCount);

    public static string Investor(Random random) => "investors/" + Id(random, "investor", InvestorCount);

    public static string Commitment(Random random) => "commitments/" + Id(random, "commitment", CommitmentCount);

    public static string Facility(Random random) => "facilities/" + Id(random, "facility", FacilityCount);

    public static string Reservation(Random random) => "reservations/" + Id(random, "reservation", ReservationCount);

    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    public static T Pick<T>(this Random random, params IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>A commitment keeps its currency, and its id tells which one: payments know it without knowing the state.</summary>
    public static string CurrencyOf(Random random, string commitment)
    {
        var number = int.Parse(commitment[(commitment.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return random.Chance(2) ? random.Pick(Currencies) : Currencies[number % Currencies.Length];
    }

    /// <summary>An amount with minor units; now and then one that is not allowed: too fine, negative, nothing, or of no currency.</summary>
    public static Money Amount(Random random, string currency, int mostUnits)
    {
        var nanosOfMinorUnit = currency switch { "JPY" => 0, "KWD" => 1_000_000, _ => 10_000_000 };
        var minorUnits = currency switch { "JPY" => 1, "KWD" => 1_000, _ => 100 };
        var money = new Money
        {
            CurrencyCode = currency,
            Units = random.Next(1, mostUnits),
            Nanos = random.Chance(50) ? random.Next(minorUnits) * nanosOfMinorUnit : 0,
        };
        if (random.Chance(98))
            return money;
        return random.Next(4) switch
        {
            0 => new Money(money) { Nanos = 1 },
            1 => new Money(money) { Units = -money.Units, Nanos = -money.Nanos },
            2 => new Money(money) { Units = 0, Nanos = 0 },
            _ => new Money(money) { CurrencyCode = "ZZZ" },
        };
    }

    /// <summary>A date up to 2026, whole or partial; hardly ever one after that or one that the calendar lacks.</summary>
    public static Date PastDate(Random random) => random.Next(100) switch
    {
        0 => new Date { Year = 2026, Month = 2, Day = 30 },
        1 => new Date { Year = 2025, Day = 3 },
        < 5 => new Date { Year = random.Next(2027, 2030), Month = random.Next(1, 13) },
        < 20 => new Date { Year = random.Next(2020, 2027) },
        < 40 => new Date { Year = random.Next(2020, 2026), Month = random.Next(1, 13) },
        _ => new Date { Year = random.Next(2020, 2026), Month = random.Next(1, 13), Day = random.Next(1, 29) },
    };

    /// <summary>A date in the years of plans.</summary>
    public static Date PlannedDate(Random random) => random.Next(3) switch
    {
        0 => new Date { Year = random.Next(2025, 2036) },
        1 => new Date { Year = random.Next(2025, 2036), Month = random.Next(1, 13) },
        _ => new Date { Year = random.Next(2025, 2036), Month = random.Next(1, 13), Day = random.Next(1, 29) },
    };

    public static Date? Maybe(this Random random, int percent, Func<Random, Date> date) => random.Chance(percent) ? date(random) : null;

    /// <summary>An id for a new resource; hardly ever one that is not allowed.</summary>
    public static string NewId(Random random, string kind, int count) => random.Chance(1) ? random.Pick("-begins-badly", "Upper", "") : Id(random, kind, count);

    /// <summary>None, the present etag (the caller puts it in), or one that never was.</summary>
    public static string Etag(Random random) => random.Next(100) switch
    {
        < 15 => CommandGenerator.PresentEtag,
        < 18 => "\"never was\"",
        _ => "",
    };

    public static bool ValidateOnly(Random random) => random.Chance(5);
}
