using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Facts;

/// <summary>The exchange rates of one day. Rates of currencies that are not in the catalogue are omitted.</summary>
internal sealed record RateTable(int Day, (byte Currency, decimal UnitsPerEuro)[] Rates)
{
    public static RateTable Read(ExchangeRateTable table)
    {
        var rates = new List<(byte, decimal)>(table.Rates.Count);
        foreach (var rate in table.Rates)
        {
            if (!DecimalText.TryRead(rate.UnitsPerEuro, out var unitsPerEuro, out var problem))
                throw new InvalidDataException(problem);
            if (unitsPerEuro <= 0)
                throw new InvalidDataException($"The rate {unitsPerEuro} of {rate.CurrencyCode} is not positive.");
            if (CurrencyIndex.TryGet(rate.CurrencyCode, out var currency) && currency != CurrencyIndex.Euro)
                rates.Add((currency, unitsPerEuro));
        }

        var day = Facts.Day.Read(table.Date) is { IsFull: true } date
            ? date.FirstDay.DayNumber
            : throw new InvalidDataException("The date of the exchange rates is not a full date.");
        return new RateTable(day, [.. rates]);
    }
}

/// <summary>All exchange rates. Immutable.</summary>
/// <param name="tables">Ordered by day.</param>
internal sealed class RateBook(RateTable[] tables)
{
    private readonly LruCache<int, RateSet> sets = new(capacity: 4);

    /// <summary>The rates for a rate date: for each currency the latest on or before it.</summary>
    public RateSet On(DateOnly rateDate) => sets.GetOrAdd(rateDate.DayNumber, (tables, rateDate), static known =>
    {
        var unitsPerEuro = new decimal[CurrencyIndex.Count];
        var days = new int[CurrencyIndex.Count];
        foreach (var table in known.tables)
        {
            if (table.Day > known.rateDate.DayNumber)
                break;
            foreach (var (currency, rate) in table.Rates)
                (unitsPerEuro[currency], days[currency]) = (rate, table.Day);
        }

        unitsPerEuro[CurrencyIndex.Euro] = 1;
        return new RateSet(known.rateDate, unitsPerEuro, days);
    });
}

/// <summary>For each currency the rate that applies on a rate date; 0 if there is none. Compared by identity.</summary>
internal sealed class RateSet(DateOnly rateDate, decimal[] unitsPerEuro, int[] days)
{
    public DateOnly RateDate => rateDate;

    /// <summary>Other representations of the rates.</summary>
    public DerivedValues Derived { get; } = new();

    public bool Has(byte currency) => unitsPerEuro[currency] > 0;

    public decimal UnitsPerEuro(byte currency) => unitsPerEuro[currency];

    public DateOnly DayOf(byte currency) => DateOnly.FromDayNumber(days[currency]);

    /// <summary>Converts minor units to major units of another currency, unrounded. Both must have a rate unless they are equal.</summary>
    public decimal Convert(Int128 minorUnits, byte from, byte to)
    {
        var amount = (decimal)minorUnits / CurrencyIndex.At(from).MinorUnitsPerMajorUnit;
        return from == to ? amount : Conversion.Convert(amount, unitsPerEuro[from], unitsPerEuro[to]);
    }
}
