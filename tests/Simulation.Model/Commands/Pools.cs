using Google.Type;

namespace Mining.Simulation.Model.Commands;

/// <summary>The few ids, dates and amounts of the commands, so that commands collide.</summary>
internal static class Pools
{
    public const int ProjectCount = 8;
    public const int InvestorCount = 6;
    public const int CommitmentCount = 20;
    public const int FacilityCount = 3;
    public const int ReservationCount = 12;

    public static readonly string[] Currencies = ["EUR", "USD", "JPY", "KWD"];

    /// <summary>Low numbers are more frequent, so that resources with many commands are created early.</summary>
    public static string Id(Random random, string kind, int count) => $"{kind}-{Math.Min(random.Next(count), random.Next(count)) + 1}";

    public static string Project(Random random) => "projects/" + Id(random, "project", ProjectCount);

    public static string Investor(Random random) => "investors/" + Id(random, "investor", InvestorCount);

    public static string Commitment(Random random) => "commitments/" + Id(random, "commitment", CommitmentCount);

    public static string Facility(Random random) => "facilities/" + Id(random, "facility", FacilityCount);

    public static string Reservation(Random random) => "reservations/" + Id(random, "reservation", ReservationCount);

    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    public static T Pick<T>(this Random random, params IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>The currency of a commitment follows from its id, so that payments know it without knowing the state.</summary>
    public static string CurrencyOf(Random random, string commitment)
    {
        var number = int.Parse(commitment[(commitment.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return random.Chance(2) ? random.Pick(Currencies) : Currencies[number % Currencies.Length];
    }

    /// <summary>An amount with minor units; now and then an invalid one: too fine, negative, zero, or of an unknown currency.</summary>
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

    /// <summary>A date up to 2026, full or partial; rarely a later or an impossible one.</summary>
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

    /// <summary>An id for a new resource; rarely an invalid one.</summary>
    public static string NewId(Random random, string kind, int count) => random.Chance(1) ? random.Pick("-begins-badly", "Upper", "") : Id(random, kind, count);

    /// <summary>No etag, the placeholder for the present one, or one that never existed.</summary>
    public static string Etag(Random random) => random.Next(100) switch
    {
        < 15 => CommandGenerator.PresentEtag,
        < 18 => "\"never was\"",
        _ => "",
    };

    public static bool ValidateOnly(Random random) => random.Chance(5);
}
