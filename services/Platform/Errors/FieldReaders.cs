using Google.Type;
using Mining.Common.V1;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Numbers;

namespace Mining.Platform.Errors;

/// <summary>
/// Reads fields that mean the same in every service. On invalid input, each method adds a violation and returns a usable value, so that all
/// violations are found in one pass.
/// </summary>
public static class FieldReaders
{
    public const int MaxSources = 50;
    public const int MaxCitationLength = 2_000;

    /// <summary>
    /// Maximum units of a currency in a single record: more than any project in any currency needs, and small enough that a typo in one
    /// record does not overflow the sum of all records (64 bits of minor units).
    /// </summary>
    public const long MaxUnits = 1_000_000_000_000_000;

    /// <summary>Reads an amount of money; null if unset.</summary>
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

    /// <summary>Reads a date that may be partial; null if unset.</summary>
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

    /// <summary>Reads a date with year, month and day; null if unset.</summary>
    public static DateOnly? ReadFullDate(this Violations violations, string field, Date? date, bool required = false)
    {
        if (violations.ReadDate(field, date, required) is not { } value)
            return null;
        if (value.IsFull)
            return value.FirstDay;
        violations.Add(field, $"is {value}; it must have year, month and day.");
        return null;
    }

    /// <summary>Reads tonnes; null if unset.</summary>
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

    /// <summary>Checks a country code.</summary>
    public static void CheckCountry(this Violations violations, string field, string code)
    {
        if (code.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Countries.TryGet(code, out _))
            violations.Add(field, Countries.Refusal(code));
    }

    /// <summary>Checks the id of a mineral.</summary>
    public static void CheckMineral(this Violations violations, string field, string id)
    {
        if (id.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Minerals.TryGet(id, out _))
            violations.Add(field, Minerals.Refusal(id));
    }

    /// <summary>Checks a currency code.</summary>
    public static void CheckCurrency(this Violations violations, string field, string code)
    {
        if (code.Length == 0)
            violations.Add(field, "must be given.");
        else if (!Currency.TryGet(code, out _))
            violations.Add(field, Currency.Refusal(code));
    }

    /// <summary>Checks the sources of a record.</summary>
    public static void CheckSources(this Violations violations, string field, IReadOnlyList<Source> sources)
    {
        violations.CheckCount(field, sources.Count, MaxSources);
        for (var i = 0; i < sources.Count; i++)
        {
            violations.CheckText($"{field}[{i}].citation", sources[i].Citation, MaxCitationLength, required: true);
            violations.CheckEnum($"{field}[{i}].confidence", sources[i].Confidence);
        }
    }

    /// <summary>Checks that each value is listed once.</summary>
    public static void CheckDistinct<T>(this Violations violations, string field, IReadOnlyList<T> values)
    {
        var seen = new HashSet<T>();
        for (var i = 0; i < values.Count; i++)
        {
            if (!seen.Add(values[i]))
                violations.Add($"{field}[{i}]", $"{values[i]} is listed more than once.");
        }
    }

    /// <summary>Returns a required message.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT if the message is missing.</exception>
    public static T Require<T>(string field, T? message)
        where T : class => message ?? throw new RefusedException(Refusal.Invalid(field, "must be given."));
}
