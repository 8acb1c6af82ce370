using Google.Type;
using Mining.Common.V1;
using Mining.Platform.Catalogues;
using Mining.Platform.Numbers;

namespace Mining.Platform.Errors;

/// <summary>
/// Reads fields that mean the same in every service. Each notes what is wrong and then gives a value that lets the reading go
/// on, so that all violations are found.
/// </summary>
public static class FieldReaders
{
    public const int MaxSources = 50;
    public const int MaxCitationLength = 2_000;

    /// <summary>
    /// The most units of a currency that a single record may have: beyond any project in any currency, and small enough that a
    /// slip of the finger in one record leaves the sum of all within 64 bits of minor units.
    /// </summary>
    public const long MaxUnits = 1_000_000_000_000_000;

    /// <summary>An amount of money; null when absent.</summary>
    public static Amount? ReadMoney(this Violations violations, string field, Money? money, bool positive = false)
    {
        if (money is null)
            return null;
        if (!Amount.TryRead(money, out var amount, out var problem))
            violations.Add(field, problem);
        else if (positive && amount.MinorUnits <= 0)
            violations.Add(field, $"is {amount}; it must be positive. Omit it if unknown.");
        else if (money.Units is > MaxUnits or < -MaxUnits)
            violations.Add(field, $"is {amount}; at most {MaxUnits} units are allowed.");
        return amount;
    }

    /// <summary>A date that may be partial; null when absent.</summary>
    public static PartialDate? ReadDate(this Violations violations, string field, Date? date, bool required = false)
    {
        if (date is null)
        {
            if (required)
                violations.Add(field, "must be given.");
            return null;
        }

        if (PartialDate.TryRead(date, out var value, out var problem))
            return value;
        violations.Add(field, problem);
        return null;
    }

    /// <summary>A date with year, month and day; null when absent.</summary>
    public static DateOnly? ReadFullDate(this Violations violations, string field, Date? date, bool required = false)
    {
        if (violations.ReadDate(field, date, required) is not { } value)
            return null;
        if (value.IsFull)
            return value.FirstDay;
        violations.Add(field, $"is {value}; it must have year, month and day.");
        return null;
    }

    /// <summary>Tonnes; null when absent.</summary>
    public static Tonnage? ReadTonnage(this Violations violations, string field, Google.Type.Decimal? tonnes, bool positive = false)
    {
        if (tonnes is null)
        {
            if (positive)
                violations.Add(field, "must be given.");
            return null;
        }

        if (!Tonnage.TryRead(tonnes, out var value, out var problem))
            violations.Add(field, problem);
        else if (positive && value.Kilograms <= 0)
            violations.Add(field, "must be positive.");
        return value;
    }

    /// <summary>A country's code.</summary>
    public static void CheckCountry(this Violations violations, string field, string code)
    {
        if (code.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Countries.TryGet(code, out _))
            violations.Add(field, Countries.Refusal(code));
    }

    /// <summary>A mineral's id.</summary>
    public static void CheckMineral(this Violations violations, string field, string id)
    {
        if (id.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Minerals.TryGet(id, out _))
            violations.Add(field, Minerals.Refusal(id));
    }

    /// <summary>A currency's code.</summary>
    public static void CheckCurrency(this Violations violations, string field, string code)
    {
        if (code.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Currency.TryGet(code, out _))
            violations.Add(field, Currency.Refusal(code));
    }

    /// <summary>Where a record comes from.</summary>
    public static void CheckSources(this Violations violations, string field, IReadOnlyList<Source> sources)
    {
        violations.CheckCount(field, sources.Count, MaxSources);
        for (var i = 0; i < sources.Count; i++)
        {
            violations.CheckText($"{field}[{i}].citation", sources[i].Citation, MaxCitationLength, required: true);
            violations.CheckEnum($"{field}[{i}].confidence", sources[i].Confidence);
        }
    }

    /// <summary>A list in which each value stands once.</summary>
    public static void CheckDistinct<T>(this Violations violations, string field, IReadOnlyList<T> values)
    {
        var seen = new HashSet<T>();
        for (var i = 0; i < values.Count; i++)
        {
            if (!seen.Add(values[i]))
                violations.Add($"{field}[{i}]", $"{values[i]} is listed more than once.");
        }
    }

    /// <summary>The message that a request must carry.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: it is missing.</exception>
    public static T Require<T>(string field, T? message)
        where T : class => message ?? throw new RefusedException(Refusal.Invalid(field, "must be given."));
}
