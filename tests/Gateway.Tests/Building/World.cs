using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Gateway.Tests.Building;

/// <summary>
/// What the services have told the gateway so far, and what it answers. Each method records one resource, in the terms of a
/// person: names are ids, amounts and dates are texts. Unless a test says otherwise, two sides, EU and US, aim at half each.
/// </summary>
internal sealed class World
{
    public static readonly DateOnly Today = new(2026, 1, 1);

    /// <summary>Who asks, where nothing depends on it: sees everything.</summary>
    public static readonly Caller Reader = new("eu:reader") { Roles = Roles.Auditor };

    private readonly List<Change> changes = [];

    private readonly PageTokens tokens = new([]);
    private readonly PortfolioModel model = new();

    public static World Of(string reportingCurrency = "EUR") => new World().Partnership("eu-us", reportingCurrency);

    /// <summary>Every change so far, in the order in which it was told.</summary>
    public IReadOnlyList<Change> Changes => changes;

    public Gateway.Health.HealthRules Rules { get; init; } = new();

    public PortfolioModel Model => model;

    /// <summary>Who asks.</summary>
    public Caller As { get; set; } = Reader;

    public World Partnership(string id, string reportingCurrency = "EUR", OutsideOwnershipRule? rule = null, params Side[] sides) =>
        Tell("investors", $"partnerships/{id}", new Partnership
        {
            DisplayName = id,
            ReportingCurrency = reportingCurrency,
            OutsideOwnershipRule = rule,
            Sides = { sides.Length > 0 ? sides : [Write.Side("EU", 500_000, "DE", "EU", "FI", "FR"), Write.Side("US", 500_000, "US")] },
        });

    public World Investor(string id, string country, params (string Country, int SharePpm)[] owners) =>
        Tell("investors", $"investors/{id}", new Investor
        {
            DisplayName = id.ToUpperInvariant(),
            Country = country,
            BeneficialOwners = { owners.Select(owner => new BeneficialOwner { Country = owner.Country, SharePpm = owner.SharePpm }) },
        });

    public World Rates(string date, params (string Currency, string UnitsPerEuro)[] rates) =>
        Tell("investors", $"exchangeRateTables/{date}", new ExchangeRateTable
        {
            Date = Write.Date(date),
            Rates = { rates.Select(rate => new ExchangeRate { CurrencyCode = rate.Currency, UnitsPerEuro = new() { Value = rate.UnitsPerEuro } }) },
        });

    public World Project(string id, Action<Project>? with = null)
    {
        var project = new Project { DisplayName = id.ToUpperInvariant(), Country = "FI", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } };
        with?.Invoke(project);
        return Tell("projects", $"projects/{id}", project);
    }

    /// <summary>A commitment, pledged on a date; signed, paid and cancelled where dates are given (<c>?</c>: it happened, nobody knows when).</summary>
    public World Commitment(
        string id, string investor, string project, string amount, string? pledged = null, string? signed = null, string? cancelled = null,
        Instrument instrument = Instrument.Equity, CountingBasis basis = CountingBasis.Unspecified, string currency = "",
        (string? Amount, string? Date)[]? paid = null, (string? Amount, string? Since)[]? amounts = null, bool confidential = false)
    {
        var commitment = new Commitment
        {
            Investor = $"investors/{investor}",
            Project = $"projects/{project}",
            Instrument = instrument,
            CurrencyCode = currency != "" ? currency : amount.Split(' ')[1],
            Amount = currency != "" ? null : Write.Money(amount),
            CountingBasis = basis,
            Confidential = confidential,
            AnnouncementDate = Write.Date(pledged),
            Signing = signed is null ? null : new Signing { Date = Write.Date(signed.TrimStart('?')) },
            Cancellation = cancelled is null ? null : new Cancellation { Date = Write.Date(cancelled.TrimStart('?')) },
            Disbursements = { (paid ?? []).Select(payment => new Disbursement { Amount = Write.Money(payment.Amount), Date = Write.Date(payment.Date) }) },
            AmountHistory = { (amounts ?? []).Select(entry => new DatedAmount { Amount = Write.Money(entry.Amount), EffectiveDate = Write.Date(entry.Since) }) },
        };
        return Tell("investors", $"commitments/{id}", commitment);
    }

    /// <summary>A commitment whose amount is not disclosed.</summary>
    public World Undisclosed(
        string id, string investor, string project, string currency = "EUR", string? pledged = null, string? signed = null,
        Instrument instrument = Instrument.Equity, CountingBasis basis = CountingBasis.Unspecified, (string? Amount, string? Date)[]? paid = null) =>
        Commitment(id, investor, project, "", pledged, signed, null, instrument, basis, currency, paid);

    public World Facility(string id, string country) =>
        Tell("refining", $"facilities/{id}", new Facility { DisplayName = id, Country = country });

    public World Reservation(
        string id, string project, string facility, string mineral, string tonnes, int fromYear, int toYear, string? made = null, string? released = null) =>
        Tell("refining", $"reservations/{id}", new Reservation
        {
            Project = $"projects/{project}",
            Facility = $"facilities/{facility}",
            Mineral = mineral,
            TonnesPerYear = Write.Tonnes(tonnes),
            FromYear = fromYear,
            ToYear = toYear,
            ReservationDate = Write.Date(made),
            Released = released is not null,
            ReleaseDate = Write.Date(released),
        });

    /// <summary>Tells the next version of a resource.</summary>
    public World Tell(string source, string name, IMessage state)
    {
        state.Descriptor.FindFieldByName("name").Accessor.SetValue(state, name);
        var change = new Change
        {
            Source = source,
            LogId = source,
            Sequence = changes.Count(earlier => earlier.Source == source) + 1,
            Resource = name,
            Version = changes.Count(earlier => earlier.Resource == name) + 1,
            Actor = "tester",
            Method = "Tell",
            State = Any.Pack(state),
        };
        changes.Add(change);
        model.Apply(change);
        return this;
    }

    public PortfolioSnapshot Snapshot() => model.Publish();

    public PortfolioSummary Summary(string? asOf = null, Action<PortfolioQuery>? query = null) =>
        new GetPortfolioSummary(Rules).Answer(Snapshot(), new() { Query = Query(asOf, query) }, As, Today, []);

    /// <summary>The table of a measure over all projects.</summary>
    public ShareTable Shares(Measure measure = Measure.Committed, string? asOf = null, Action<PortfolioQuery>? query = null) =>
        Summary(asOf, query).AllProjects.Single(table => table.Measure == measure);

    public ListCoInvestmentsResponse CoInvestments(
        CoInvestmentGrouping groupBy, Measure measure = Measure.Committed, string? asOf = null, Action<ListCoInvestmentsRequest>? with = null)
    {
        var request = new ListCoInvestmentsRequest { GroupBy = groupBy, Measure = measure, Query = Query(asOf, null) };
        with?.Invoke(request);
        return new ListCoInvestments(tokens).Answer(Snapshot(), request, As, Today, []);
    }

    public ListPipelineResponse Pipeline(string? asOf = null, Action<ListPipelineRequest>? with = null)
    {
        var request = new ListPipelineRequest { Query = Query(asOf, null) };
        with?.Invoke(request);
        return new ListPipeline(Rules, tokens).Answer(Snapshot(), request, As, Today, []);
    }

    public ProjectDossier Dossier(string project, string? asOf = null, Action<GetProjectDossierRequest>? with = null)
    {
        var request = new GetProjectDossierRequest { Name = $"projects/{project}", Query = Query(asOf, null) };
        with?.Invoke(request);
        return new GetProjectDossier(Rules).Answer(Snapshot(), request, As, Today, []);
    }

    public Portfolio.V1.Health Health(string project, string? asOf = null) => Dossier(project, asOf).Pipeline.Health;

    public HealthComponent Component(string project, HealthComponentKind kind, string? asOf = null) =>
        Health(project, asOf).Components.Single(component => component.Kind == kind);

    private static PortfolioQuery Query(string? asOf, Action<PortfolioQuery>? with)
    {
        var query = new PortfolioQuery { AsOf = Write.Date(asOf) };
        with?.Invoke(query);
        return query;
    }
}
