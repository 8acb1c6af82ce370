using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using WireDate = Google.Type.Date;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Tests.Naive;

/// <summary>
/// The rules of the design once more, written to be obviously right and nothing else: lists, sentences and BigInteger, no tallies, no
/// day numbers, nothing kept. It shares no code with the gateway, so a mistake would have to be made twice.
/// </summary>
internal sealed partial class NaivePortfolio
{
    private readonly Dictionary<string, Project> projects;
    private readonly Dictionary<string, Investor> investors;
    private readonly List<Commitment> commitments;
    private readonly List<ExchangeRateTable> rates;
    private readonly Dictionary<string, Facility> facilities;
    private readonly List<Reservation> reservations;
    private readonly Partnership partnership;
    private readonly List<string> parties;
    private readonly DateOnly asOf;
    private readonly DateOnly rateDate;
    private readonly string currency;

    public NaivePortfolio(IEnumerable<Change> changes, DateOnly asOf, DateOnly rateDate, string currency)
    {
        var latest = changes.GroupBy(change => change.Resource).Select(versions => versions.MaxBy(change => change.Version)!).ToList();
        projects = All<Project>().ToDictionary(project => project.Name);
        investors = All<Investor>().ToDictionary(investor => investor.Name);
        commitments = [.. All<Commitment>().OrderBy(commitment => commitment.Name, StringComparer.Ordinal)];
        rates = All<ExchangeRateTable>();
        facilities = All<Facility>().ToDictionary(facility => facility.Name);
        reservations = All<Reservation>();
        partnership = All<Partnership>().Single();
        parties = [.. partnership.Sides.Select(side => side.SideId).Append("OUTSIDE").Order(StringComparer.Ordinal)];
        this.asOf = asOf;
        this.rateDate = rateDate;
        this.currency = currency;

        List<T> All<T>()
            where T : IMessage<T>, new() =>
            [.. latest.Where(change => change.State.Is(new T().Descriptor)).Select(change => change.State.Unpack<T>())];
    }

    // --- dates -----------------------------------------------------------------------------------------------------------

    private static DateOnly FirstDay(WireDate date) => new(date.Year, Math.Max(1, date.Month), Math.Max(1, date.Day));

    /// <summary>An undated event counts at every date.</summary>
    private bool Happened(WireDate? date) => date is null || FirstDay(date) <= asOf;

    private bool IsKnownToHaveHappened(WireDate? date) => date is not null && FirstDay(date) <= asOf;

    // --- commitments -----------------------------------------------------------------------------------------------------

    private bool IsPledged(Commitment commitment) =>
        Happened(commitment.AnnouncementDate)
        || IsKnownToHaveHappened(commitment.Signing?.Date)
        || commitment.Disbursements.Any(payment => IsKnownToHaveHappened(payment.Date));

    private bool IsCommitted(Commitment commitment) =>
        IsPledged(commitment)
        && ((commitment.Signing is not null && Happened(commitment.Signing.Date))
            || commitment.Disbursements.Any(payment => IsKnownToHaveHappened(payment.Date)));

    private List<Disbursement> PaidOf(Commitment commitment) =>
        IsCommitted(commitment) ? [.. commitment.Disbursements.Where(payment => Happened(payment.Date))] : [];

    private bool IsCancelled(Commitment commitment) => commitment.Cancellation is not null && Happened(commitment.Cancellation.Date);

    private bool Counts(Commitment commitment, string measure) =>
        projects.ContainsKey(commitment.Project) && investors.ContainsKey(commitment.Investor)
        && (IsCancelled(commitment) || measure == "DISBURSED"
            ? PaidOf(commitment).Count > 0
            : measure == "PLEDGED" ? IsPledged(commitment) : IsCommitted(commitment));

    /// <summary>Of a commitment that counts; null: undisclosed.</summary>
    private decimal? AmountOf(Commitment commitment, string measure)
    {
        if (measure == "DISBURSED" || IsCancelled(commitment))
        {
            var paid = PaidOf(commitment);
            return paid.All(payment => payment.Amount is not null) ? paid.Sum(payment => Major(payment.Amount)) : null;
        }

        if (commitment.AmountHistory.Count == 0)
            return commitment.Amount is null ? null : Major(commitment.Amount);
        var entry = commitment.AmountHistory.LastOrDefault(amount => Happened(amount.EffectiveDate)) ?? commitment.AmountHistory[0];
        return entry.Amount is null ? null : Major(entry.Amount);
    }

    private static bool IsAdditive(Commitment commitment) => commitment.CountingBasis is CountingBasis.Additive or CountingBasis.Unspecified;

    private static bool IsFunded(Commitment commitment) =>
        commitment.Instrument is Instrument.Equity or Instrument.Loan or Instrument.Grant or Instrument.Prepayment;

    private List<Commitment> FundedOf(string measure, string? project = null) => [.. commitments.Where(commitment =>
        IsAdditive(commitment) && IsFunded(commitment) && Counts(commitment, measure) && (project is null || commitment.Project == project))];

    // --- money -----------------------------------------------------------------------------------------------------------

    private static decimal Major(WireMoney money) => money.Units + money.Nanos / 1_000_000_000m;

    private static int Digits(string code) => code == "JPY" ? 0 : 2;

    private decimal UnitsPerEuro(string code) => code == "EUR" ? 1 : rates
        .Where(table => FirstDay(table.Date) <= rateDate && table.Rates.Any(rate => rate.CurrencyCode == code))
        .OrderBy(table => FirstDay(table.Date)).Last().Rates
        .Where(rate => rate.CurrencyCode == code).Select(rate => decimal.Parse(rate.UnitsPerEuro.Value, CultureInfo.InvariantCulture)).Single();

    private decimal Convert(decimal amount, string from, string to) => from == to ? amount : amount * UnitsPerEuro(to) / UnitsPerEuro(from);

    private decimal Rounded(decimal amount) => Math.Round(amount, Digits(currency), MidpointRounding.ToEven);

    // --- attribution and shares ------------------------------------------------------------------------------------------

    private string PartyOf(string country) => partnership.Sides.FirstOrDefault(side => side.Countries.Contains(country))?.SideId ?? "OUTSIDE";

    private static List<(string Country, int Ppm)> OwnersOf(Investor investor)
    {
        List<(string, int Ppm)> owners = [.. investor.BeneficialOwners.Select(owner => (owner.Country, owner.SharePpm))];
        return [.. owners, (investor.Country, 1_000_000 - owners.Sum(owner => owner.Ppm))];
    }

    /// <summary>A commitment's amount by party, in major units of its currency.</summary>
    private Dictionary<string, decimal> Attributed(Commitment commitment, decimal amount)
    {
        var owners = OwnersOf(investors[commitment.Investor]);
        var weights = parties.Select(party => (BigInteger)owners.Where(owner => PartyOf(owner.Country) == party).Sum(owner => owner.Ppm)).ToList();
        var minorUnitsPerUnit = Digits(commitment.CurrencyCode) == 0 ? 1 : 100;
        var parts = Apportion((BigInteger)(amount * minorUnitsPerUnit), weights);
        return parties.Zip(parts).ToDictionary(part => part.First, part => (decimal)part.Second / minorUnitsPerUnit);
    }

    /// <summary>Largest remainder: floors first, then one unit each to the largest remainders, ties to the smaller id.</summary>
    private static List<BigInteger> Apportion(BigInteger total, List<BigInteger> weights)
    {
        var sum = weights.Aggregate(BigInteger.Zero, (left, right) => left + right);
        var parts = weights.Select(weight => total * weight / sum).ToList();
        var left = total - parts.Aggregate(BigInteger.Zero, (one, other) => one + other);
        foreach (var place in Enumerable.Range(0, weights.Count).OrderByDescending(place => total * weights[place] % sum).ThenBy(place => place).Take((int)left))
            parts[place]++;
        return parts;
    }

    /// <summary>One party's part of a set of commitments: summed per currency, each sum converted, added, rounded once.</summary>
    private decimal Cell(List<Commitment> set, string measure, string party) => Rounded(set
        .Where(commitment => IsAdditive(commitment) && AmountOf(commitment, measure) is not null)
        .GroupBy(commitment => commitment.CurrencyCode).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Sum(group => Convert(group.Sum(commitment => Attributed(commitment, AmountOf(commitment, measure)!.Value)[party]), group.Key, currency)));

    private decimal Total(List<Commitment> set, string measure) => parties.Sum(party => Cell(set, measure, party));

    private Dictionary<string, int>? SharesPpm(List<Commitment> set, string measure)
    {
        var cells = parties.Select(party => (BigInteger)(Cell(set, measure, party) * 1_000)).ToList();
        return cells.All(cell => cell == 0)
            ? null
            : parties.Zip(Apportion(1_000_000, cells)).ToDictionary(part => part.First, part => (int)part.Second);
    }

    private bool IsJoint(string project, string measure) => partnership.Sides.Count(side => FundedOf(measure, project).Any(commitment =>
        AmountOf(commitment, measure) is { } amount && Attributed(commitment, amount)[side.SideId] > 0)) >= 2;

    private bool Breaches(Investor investor) => partnership.OutsideOwnershipRule is { } rule
        && OwnersOf(investor).Where(owner => rule.CoveredCountries.Contains(owner.Country)).Sum(owner => owner.Ppm) > rule.LimitPpm;
}
