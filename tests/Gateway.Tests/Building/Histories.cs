using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using WireDate = Google.Type.Date;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Tests.Building;

/// <summary>
/// Random histories: a few of everything, in several versions, with dates known in part or not at all, and with investors, projects
/// and facilities that are named but not told of. Small numbers make ties and equal dates frequent.
/// </summary>
internal static class Histories
{
    private static readonly string[] Currencies = ["EUR", "USD", "JPY"];

    /// <summary>Every third day is the first of a month, from which partial dates count: a day too early or too late must show.</summary>
    public static Gen<DateOnly> Day { get; } = Gen.Frequency(
        (2, Gen.Int[0, 4 * 365].Select(day => new DateOnly(2023, 1, 1).AddDays(day))),
        (1, Gen.Int[0, 47].Select(month => new DateOnly(2023, 1, 1).AddMonths(month))));

    public static Gen<string> Currency { get; } = Gen.OneOf(Currencies);

    private static readonly Gen<WireDate> Date =
        from day in Day
        from precision in Gen.Int[0, 2]
        select new WireDate { Year = day.Year, Month = precision > 0 ? day.Month : 0, Day = precision > 1 ? day.Day : 0 };

    private static readonly Gen<WireDate?> MaybeDate = Maybe(Date);
    private static readonly Gen<string> Country = Gen.OneOf("DE", "EU", "US", "CA", "CN");
    private static readonly Gen<string> Mineral = Gen.OneOf("cobalt", "lithium", "nickel");
    private static readonly Gen<Stage> AnyStage = Gen.Enum<Stage>();
    public static Gen<PortfolioFilter> Filter { get; } = Gen.OneOf(
        Gen.Const(new PortfolioFilter()),
        Gen.Int[0, 3].Select(number => new PortfolioFilter { Projects = { $"projects/p{number}" } }),
        Gen.Int[0, 3].Array[1, 2].Select(numbers => new PortfolioFilter { Investors = { numbers.Distinct().Select(number => $"investors/i{number}") } }),
        Gen.Enum<Instrument>().Where(instrument => instrument != Instrument.Unspecified).Select(instrument => new PortfolioFilter { Instruments = { instrument } }),
        AnyStage.Select(stage => new PortfolioFilter { Stages = { stage } }),
        Mineral.Select(mineral => new PortfolioFilter { Minerals = { mineral }, Investors = { "investors/i1" } }),
        Gen.OneOf("DE", "US", "CN").Select(country => new PortfolioFilter { Countries = { country } }));

    private static readonly Gen<long> Whole = Gen.OneOf<long>(Gen.Long[1, 9], Gen.Long[1, 9].Select(digit => digit * 100), Gen.Long[1, 5_000_000_000_000]);

    /// <summary>Changes in the order of their versions, resource by resource.</summary>
    public static Gen<Change[]> Of { get; } =
        from partnership in Partnerships().Array[1, 2]
        from rates in Gen.Select(Rates(), Day).Array[0, 4]
        from investors in Versions("investors", "investors/i", 4, Investors())
        from projects in Versions("projects", "projects/p", 4, Projects())
        from commitments in Versions("investors", "commitments/c", 14, Commitments())
        from facilities in Versions("refining", "facilities/f", 2, Country.Select(country => (IMessage)new Facility { Country = country }))
        from reservations in Versions("refining", "reservations/r", 4, Reservations())
        select (Change[])[
            .. partnership.Select((state, place) => Tell("investors", "partnerships/eu-us", place + 1, state)),
            Tell("investors", "exchangeRateTables/2020-01-02", 1, RatesOf(new DateOnly(2020, 1, 2), ("USD", 1_1050), ("JPY", 156_3300))),
            .. rates.GroupBy(table => table.Item2).SelectMany(day => day.Select((table, place) =>
                Tell("investors", $"exchangeRateTables/{day.Key:yyyy-MM-dd}", place + 1, RatesOf(day.Key, table.Item1)))),
            .. investors, .. projects, .. commitments, .. facilities, .. reservations,
        ];

    /// <summary>The changes in a random order, some of them more than once.</summary>
    public static Gen<Change[]> Disordered(Change[] changes) =>
        from order in Gen.Int.Array[changes.Length]
        from again in Gen.Bool.Array[changes.Length]
        from orderAgain in Gen.Int.Array[changes.Length]
        select changes.Zip(order).Concat(changes.Zip(orderAgain).Where((_, place) => again[place])).OrderBy(entry => entry.Second)
            .Select(entry => entry.First).ToArray();

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.Select(Gen.Int[0, 2], gen, (odds, value) => odds == 0 ? null : value);

    /// <summary>Resources in one to three versions each, of which one in ten is missing.</summary>
    private static Gen<Change[]> Versions(string source, string name, int most, Gen<IMessage> states) =>
        Gen.Frequency((9, states.Array[1, 3]), (1, states.Array[0])).Array[most / 2, most].Select(resources => resources.SelectMany((versions, number) =>
            versions.Select((state, place) => Tell(source, $"{name}{number}", place + 1, InProjectOf(versions[0], state)))).ToArray());

    /// <summary>A commitment or a reservation never changes its project.</summary>
    private static IMessage InProjectOf(IMessage first, IMessage state)
    {
        var project = state.Descriptor.FindFieldByName("project");
        project?.Accessor.SetValue(state, project.Accessor.GetValue(first));
        return state;
    }

    private static Change Tell(string source, string name, long version, IMessage state)
    {
        var named = state.Descriptor.Parser.ParseFrom(state.ToByteArray());
        named.Descriptor.FindFieldByName("name").Accessor.SetValue(named, name);
        return new Change { Source = source, LogId = source, Resource = name, Version = version, State = Any.Pack(named) };
    }

    private static Gen<IMessage> Partnerships() =>
        from sides in Gen.OneOf<Side[]>(
            [Write.Side("EU", 500_000, "DE", "EU"), Write.Side("US", 500_000, "US")],
            [Write.Side("EU", 400_000, "DE", "EU"), Write.Side("US", 400_000, "US"), Write.Side("CA", 200_000, "CA")],
            [Write.Side("A", 900_000, "CN"), Write.Side("Z", 100_000, "US")])
        from limit in Gen.Int[0, 3]
        select (IMessage)new Partnership
        {
            Sides = { sides.Select(side => side.Clone()) },
            ReportingCurrency = "EUR",
            OutsideOwnershipRule = limit == 0 ? null : new OutsideOwnershipRule { CoveredCountries = { "CN" }, LimitPpm = limit * 250_000 },
        };

    private static Gen<(string, long)[]> Rates() => Gen.Select(Gen.OneOf("USD", "JPY"), Gen.Long[5_000, 20_000]).Array[1, 2]
        .Select(rates => rates.DistinctBy(rate => rate.Item1).ToArray());

    private static ExchangeRateTable RatesOf(DateOnly day, params (string Currency, long TenThousandths)[] rates) => new()
    {
        Date = new WireDate { Year = day.Year, Month = day.Month, Day = day.Day },
        Rates = { rates.Select(rate => new ExchangeRate { CurrencyCode = rate.Currency, UnitsPerEuro = new() { Value = $"{rate.TenThousandths / 10_000}.{rate.TenThousandths % 10_000:0000}" } }) },
    };

    private static Gen<IMessage> Investors() =>
        from country in Country
        from owners in Gen.Select(Country, Gen.Int[1, 4]).Array[0, 3]
        select (IMessage)new Investor
        {
            Country = country,
            BeneficialOwners = { owners.DistinctBy(owner => owner.Item1).Select(owner => new BeneficialOwner { Country = owner.Item1, SharePpm = owner.Item2 * 83_333 }) },
        };

    private static Gen<WireMoney> Money(string currency) => Whole.Select(minorUnits => currency == "JPY"
        ? new WireMoney { CurrencyCode = currency, Units = minorUnits }
        : new WireMoney { CurrencyCode = currency, Units = minorUnits / 100, Nanos = (int)(minorUnits % 100) * 10_000_000 });

    private static Gen<IMessage> Commitments() =>
        from currency in Currency
        from investor in Gen.Int[0, 3]
        from project in Gen.Int[0, 3]
        from instrument in Gen.OneOf(
            Instrument.Equity, Instrument.Loan, Instrument.Loan, Instrument.Grant, Instrument.Prepayment, Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake)
        from basis in Gen.Int[0, 9]
        from amounts in Gen.Select(Maybe(Money(currency)), MaybeDate).Array[0, 3]
        from announced in MaybeDate
        from signed in Gen.Select(Gen.Bool, MaybeDate)
        from cancelled in Gen.Select(Gen.Int[0, 3], MaybeDate)
        from paid in Gen.Select(Maybe(Money(currency)), MaybeDate).Array[0, 3]
        select (IMessage)new Commitment
        {
            Investor = $"investors/i{investor}",
            Project = $"projects/p{project}",
            Instrument = instrument,
            CurrencyCode = currency,
            Amount = amounts.Length == 0 ? null : amounts[^1].Item1,
            AmountHistory = { amounts.OrderBy(amount => amount.Item2 is null ? 0 : DayNumber(amount.Item2)).Select(amount => new DatedAmount { Amount = amount.Item1, EffectiveDate = amount.Item2 }) },
            CountingBasis = basis <= 8 ? (CountingBasis)(basis <= 5 ? basis % 2 : basis) : CountingBasis.Additive,
            AnnouncementDate = announced,
            Signing = signed.Item1 ? new Signing { Date = signed.Item2 } : null,
            Cancellation = cancelled.Item1 == 0 ? new Cancellation { Date = cancelled.Item2 } : null,
            Disbursements = { paid.Where(_ => signed.Item1).Select(payment => new Disbursement { Amount = payment.Item1, Date = payment.Item2 }) },
        };

    private static Gen<IMessage> Projects() =>
        from country in Country
        from kinds in Gen.Int[1, 6].Array[1, 3]
        from minerals in Mineral.Array[0, 3]
        from stages in Gen.Select(AnyStage, MaybeDate).Array[0, 4]
        from costs in Currency.SelectMany(currency => Gen.Select(Maybe(Money(currency)), MaybeDate)).Array[0, 3]
        from outputs in Gen.Select(Mineral, Gen.Int[-1, 5]).Array[0, 3]
        from planned in MaybeDate
        from baseline in MaybeDate
        from report in MaybeDate
        from milestones in Gen.Select(Date, MaybeDate, MaybeDate).Array[0, 2]
        from permits in Gen.Select(MaybeDate, MaybeDate, Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 40]).Array[0, 2]
        from isStrategic in Gen.Bool
        select (IMessage)new Project
        {
            Country = country,
            Kinds = { kinds.Distinct().Select(kind => (ProjectKind)kind) },
            Minerals = { minerals.Distinct() },
            Stage = stages.Length == 0 ? Stage.Unspecified : stages[^1].Item1,
            StageHistory = { stages.OrderBy(stage => DayNumber(stage.Item2)).Select(stage => new StageChange { Stage = stage.Item1, EffectiveDate = stage.Item2 }) },
            CapitalCostHistory = { costs.OrderBy(cost => DayNumber(cost.Item2)).Select(cost => new CapitalCostEstimate { CapitalCost = cost.Item1, EffectiveDate = cost.Item2 }) },
            Outputs = { outputs.Select(output => Write.Output(output.Item1, output.Item2 < 0 ? null : $"{output.Item2}.5")) },
            PlannedFirstProduction = planned,
            BaselineFirstProduction = baseline,
            ReportDate = report,
            Milestones = { milestones.Select((milestone, number) => new Milestone { MilestoneId = $"m{number}", BaselineDate = milestone.Item1, ForecastDate = milestone.Item2, ActualDate = milestone.Item3 }) },
            Permits = { permits.Select((permit, number) => PermitOf(number, permit)) },
            Designations = { isStrategic ? [Designation.EuStrategic] : System.Array.Empty<Designation>() },
        };

    private static Permit PermitOf(int number, (WireDate? Applied, WireDate? Decided, int Decision, int Activity, int Limit) permit) => new()
    {
        PermitId = $"q{number}",
        ApplicationDate = permit.Applied,
        GrantDate = permit.Decision is 0 or 1 ? permit.Decided : null,
        RefusalDate = permit.Decision == 2 ? permit.Decided : null,
        Activity = (PermitActivity)permit.Activity,
        StatutoryLimitMonths = permit.Limit > 30 ? permit.Limit : 0,
    };

    private static Gen<IMessage> Reservations() =>
        from project in Gen.Int[0, 3]
        from facility in Gen.Int[0, 2]
        from mineral in Mineral
        from tonnes in Gen.Int[1, 4]
        from begin in Gen.Int[2022, 2026]
        from years in Gen.Int[0, 3]
        from made in MaybeDate
        from released in Gen.Select(Gen.Int[0, 2], MaybeDate)
        select (IMessage)new Reservation
        {
            Project = $"projects/p{project}",
            Facility = $"facilities/f{facility}",
            Mineral = mineral,
            TonnesPerYear = Write.Tonnes($"{tonnes}.25"),
            FromYear = begin,
            ToYear = begin + years,
            ReservationDate = made,
            Released = released.Item1 == 0,
            ReleaseDate = released.Item2,
        };

    private static int DayNumber(WireDate? date) => date is null ? 0 : new DateOnly(date.Year, Math.Max(1, date.Month), Math.Max(1, date.Day)).DayNumber;
}
