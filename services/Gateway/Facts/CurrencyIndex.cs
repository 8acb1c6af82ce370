using System.Collections.Frozen;
using Mining.Primitives.Numbers;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Facts;

/// <summary>Currencies as indexes into the catalogue, which is ordered by code: one byte per commitment instead of a string.</summary>
internal static class CurrencyIndex
{
    private static readonly Currency[] Currencies = [.. Currency.All];

    private static readonly FrozenDictionary<string, byte> ByCode =
        Currencies.Index().ToFrozenDictionary(entry => entry.Item.Code, entry => checked((byte)entry.Index), StringComparer.Ordinal);

    /// <summary>The number of currencies.</summary>
    public static int Count => Currencies.Length;

    public static byte Euro { get; } = ByCode["EUR"];

    public static Currency At(byte index) => Currencies[index];

    public static bool TryGet(string code, out byte index) => ByCode.TryGetValue(code, out index);

    /// <summary>The index of a record's currency code.</summary>
    public static byte Read(string code) => TryGet(code, out var index) ? index : throw new InvalidDataException(Currency.Refusal(code));

    /// <summary>An amount of a record; null if it is absent.</summary>
    public static Amount? ReadAmount(WireMoney? money)
    {
        if (money is null)
            return null;
        return Amount.TryRead(money, out var amount, out var problem) ? amount : throw new InvalidDataException(problem);
    }
}
