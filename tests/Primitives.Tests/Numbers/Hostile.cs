using CsCheck;

namespace Mining.Primitives.Tests.Numbers;

/// <summary>Values from careless or hostile clients: the ends of every range, and texts of every kind.</summary>
internal static class Hostile
{
    public static readonly Gen<int> Int = Gen.OneOf<int>(
        Gen.Int, Gen.Int[-13, 40], Gen.OneOf(int.MinValue, int.MaxValue, 999_999_999, -999_999_999, 1_000_000_000, -1_000_000_000, 0));

    public static readonly Gen<long> Long = Gen.OneOf<long>(
        Gen.Long, Gen.Long[-1_000, 1_000], Gen.OneOf(long.MinValue, long.MinValue + 1, long.MaxValue, long.MaxValue / 100, 0L));

    /// <summary>Number-like texts reach the corner cases more often than random characters.</summary>
    public static readonly Gen<string> Text = Gen.OneOf<string>(
        Gen.String,
        Gen.String[Gen.Char["0123456789.-+eE "], 0, 45],
        Gen.OneOf(
            "", " ", ".", "-", "+", "e", "1e", "1e+", "e5", "-.", ".5", "5.", "--1", "1.2.3", "0x10", "NaN", "∞", "١٢٣", "1,5", "1 000",
            "\0", "\ud800", "1e999999999999999999999999", "1e-999999999999999999999999", "0e99999999999999999999",
            "79228162514264337593543950335",
            "79228162514264337593543950336", "-79228162514264337593543950335", new string('9', 5_000), new string('0', 5_000) + "1",
            "0." + new string('0', 5_000) + "1", new string('é', 200)));

    public static readonly Gen<string> CurrencyCode = Gen.OneOf<string>(Text, Gen.OneOf("EUR", "USD", "JPY", "KWD", "eur", "EURO", "XXX"));
}
