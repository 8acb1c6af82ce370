namespace Mining.Simulation.Model.Reading;

/// <summary>
/// The model's catalogues: enough for the commands of its generator and the figures of the sample. Anything else counts as unknown, so a
/// new mineral, country or currency must be added here first.
/// </summary>
internal static class Catalogue
{
    /// <summary>Number of decimals, ISO 4217.</summary>
    public static readonly IReadOnlyDictionary<string, int> MinorDigits =
        new Dictionary<string, int>
        {
            ["EUR"] = 2,
            ["USD"] = 2,
            ["JPY"] = 0,
            ["KWD"] = 3,
            ["KRW"] = 0,
            ["AUD"] = 2,
            ["CAD"] = 2,
            ["CZK"] = 2,
            ["INR"] = 2,
            ["GBP"] = 2,
            ["NOK"] = 2,
            ["PLN"] = 2,
        };

    public static readonly IReadOnlySet<string> Countries =
        new HashSet<string> { "AU", "BE", "BR", "CA", "CL", "CN", "DE", "ES", "FR", "GB", "IT", "JP", "KP", "NO", "PL", "RU", "SE", "US" };

    /// <summary>A pseudo-country for the institutions of the European Union.</summary>
    public const string Union = "EU";

    public static readonly IReadOnlySet<string> Minerals =
        new HashSet<string> { "lithium", "rare-earths", "cobalt", "nickel", "gallium", "copper" };
}
