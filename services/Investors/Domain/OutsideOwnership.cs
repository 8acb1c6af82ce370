using Mining.Platform.Errors;

namespace Mining.Investors.Domain;

/// <summary>A part of an investor that is owned from one country.</summary>
public sealed record Owner(string Country, int SharePpm);

/// <summary>A partnership's limit to what owners in covered countries may hold together.</summary>
/// <param name="Partnership">Whose rule it is.</param>
/// <param name="CoveredCountries">The countries whose owners are limited.</param>
/// <param name="LimitPpm">The most that they may hold, in parts per million.</param>
/// <param name="Blocks">Whether a commitment is refused; otherwise it is marked.</param>
public sealed record OwnershipRule(string Partnership, IReadOnlyList<string> CoveredCountries, int LimitPpm, bool Blocks)
{
    /// <summary>Whether the owners pass the limit.</summary>
    public bool IsPassedBy(IReadOnlyList<Owner> owners) => Covered(owners).Sum(owner => owner.SharePpm) > LimitPpm;

    /// <summary>Why a commitment of an investor is refused, or null.</summary>
    public Refusal? Refuse(string investor, IReadOnlyList<Owner> owners)
    {
        if (!Blocks || !IsPassedBy(owners))
            return null;
        var covered = Covered(owners).ToList();
        return Refusal.Precondition(
            "OUTSIDE_OWNERSHIP_LIMIT",
            investor,
            $"Owners of {investor} in {string.Join(", ", covered.Select(owner => $"{owner.Country} ({owner.SharePpm} ppm)"))} hold "
            + $"{covered.Sum(owner => owner.SharePpm)} ppm together; the outside-ownership rule of {Partnership} allows {LimitPpm} ppm.");
    }

    private IEnumerable<Owner> Covered(IReadOnlyList<Owner> owners) => owners.Where(owner => CoveredCountries.Contains(owner.Country));
}

/// <summary>Whose an investor is.</summary>
public static class LookThrough
{
    /// <summary>The whole of an investor.</summary>
    public const int Whole = 1_000_000;

    /// <summary>The known owners by country, and the rest as the investor's own country's: together the whole.</summary>
    public static IReadOnlyList<Owner> Owners(string country, IReadOnlyList<Owner> known)
    {
        var rest = Whole - known.Sum(owner => owner.SharePpm);
        return [.. known.Append(new Owner(country, rest))
            .Where(owner => owner.SharePpm > 0)
            .GroupBy(owner => owner.Country, StringComparer.Ordinal)
            .Select(owners => new Owner(owners.Key, owners.Sum(owner => owner.SharePpm)))];
    }
}
