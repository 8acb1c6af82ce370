using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Verify;

/// <summary>The state after a sequence of changes: the latest version of each record.</summary>
internal sealed class World
{
    private readonly Dictionary<string, ExchangeRateTable> rateTables = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Currency, DateOnly Date), decimal> found = [];

    public Dictionary<string, Project> Projects { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Partnership> Partnerships { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Investor> Investors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Commitment> Commitments { get; } = new(StringComparer.Ordinal);

    public void Apply(Change change)
    {
        Take(change, Project.Descriptor.FullName, Projects, Project.Parser);
        Take(change, Partnership.Descriptor.FullName, Partnerships, Partnership.Parser);
        Take(change, Investor.Descriptor.FullName, Investors, Investor.Parser);
        Take(change, Commitment.Descriptor.FullName, Commitments, Commitment.Parser);
        Take(change, ExchangeRateTable.Descriptor.FullName, rateTables, ExchangeRateTable.Parser);
        found.Clear();
    }

    /// <summary>Units of a currency per euro: the latest rate on or before the date.</summary>
    public decimal UnitsPerEuro(string currency, DateOnly date)
    {
        if (currency == "EUR")
            return 1;
        if (!found.TryGetValue((currency, date), out var unitsPerEuro))
            found[(currency, date)] = unitsPerEuro = Find(currency, date);
        return unitsPerEuro;
    }

    private decimal Find(string currency, DateOnly date)
    {
        var latest = rateTables.Values
            .Select(table => (Day: DayOf(table), Rate: table.Rates.FirstOrDefault(rate => rate.CurrencyCode == currency)))
            .Where(entry => entry.Rate is not null && entry.Day <= date)
            .OrderByDescending(entry => entry.Day)
            .FirstOrDefault();
        return latest.Rate is { } rate && DecimalText.TryRead(rate.UnitsPerEuro, out var units, out _)
            ? units
            : throw new DifferenceException(
                $"exchange rates for {date:yyyy-MM-dd}", $"there is no rate for {currency} on or before that day");
    }

    private static DateOnly DayOf(ExchangeRateTable table) =>
        PartialDate.TryRead(table.Date, out var date, out var problem)
            ? date.FirstDay
            : throw new DifferenceException(table.Name, $"its date cannot be read: {problem}");

    private static void Take<T>(Change change, string typeName, Dictionary<string, T> records, Google.Protobuf.MessageParser<T> parser)
        where T : Google.Protobuf.IMessage<T>
    {
        if (Any.GetTypeName(change.State.TypeUrl) == typeName)
            records[change.Resource] = parser.ParseFrom(change.State.Value);
    }
}
