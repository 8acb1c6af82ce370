using System.Text;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>Values that nobody should send, but somebody will.</summary>
internal static class HostileValues
{
    private static readonly string[] Texts =
    [
        " ", "\0", "\n", "\u200f\u202e", "🜨⛏️", "NaN", "Infinity", "-Infinity", "1e999999999", "-1", "-0", "0x10", "１２", "١٢", "1_000", "+5", "1.", ".5",
        "0.0000000000000000000000000001", "79228162514264337593543950336", "9223372036854775808", "null", "true", "[]", "{}", "%", "_", "%s%n", "\\",
        "'; DROP TABLE projects; --", "\" OR 1=1", "../../../etc/passwd", "projects/", "projects/*", "projects/a/b", "PROJECTS/A", "projects/A", "projects/-",
        "commitments/none", "investors/none", "facilities/none", "partnerships/none", "reservations/none", "//", "/", "*", "**", "UK", "eu", "XX", "EURO",
        "eur", "XXX", "unobtainium", "litium", "display_name", "display_name.x", "name", "no_such_field", "=", "AAAA", "a+b/c==", "id with spaces", "-begins",
        "UPPER", "é", "ﬁ", "İ",
    ];

    private static readonly int[] Lengths = [64, 65, 129, 201, 301, 1_001, 2_001, 4_001, 20_000];

    public static string Text(Random random) => random.Next(6) switch
    {
        0 => new string((char)random.Next('0', 'z'), Any(random, Lengths)),
        1 => new StringBuilder().Insert(0, "🜨", 1 + (Any(random, Lengths) / 2)).ToString(),
        2 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => new Rune(Scalar(random)).ToString())),
        _ => Any(random, Texts),
    };

    public static int Int32(Random random) => Any(random, int.MinValue, int.MaxValue, -1, 0, 1, 13, 32, 999_999_999, 1_000_000_001, -999_999_999, 100_000, random.Next());

    public static long Int64(Random random) => Any(
        random, long.MinValue, long.MaxValue, -1, 0, 1, 92_233_720_368_547_758, 253_402_300_800, 315_576_000_001, -315_576_000_001, random.NextInt64());

    public static double Double(Random random) => Any(
        random, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, -0.0, 90.0000001, -180.1);

    public static int EnumNumber(Random random) => Any(random, -1, 99, int.MaxValue, int.MinValue, 0);

    public static byte[] Bytes(Random random)
    {
        var bytes = new byte[Any(random, 0, 1, 10, 1_000, 70_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A file of exchange rates, valid or with an error in it.</summary>
    public static byte[] RatesFile(Random random)
    {
        if (random.Next(3) == 0)
            return Encoding.UTF8.GetBytes($"Date,USD,JPY\n2022-0{random.Next(1, 10)}-03,1.{random.Next(1, 99)},N/A\n2020-01-02,1.1,120.5\n");
        var text = new StringBuilder(Any(random, "Date,USD,JPY\n", "Date,USD,JPY,\r\n", "Date,USD,USD\n", "Date,EUR\n", "date;usd\n", "\ufeffDate,USD,JPY\n", "Date\n", ""));
        for (var i = random.Next(30); i > 0; i--)
            text.Append(Any(random, "2020-01-02", "1999-13-01", "", "02/01/2020", "9999-12-31", "0001-01-01")).Append(',')
                .Append(Any(random, "1.1", "N/A", "-1", "0", "1e5", "\"1.2\"", "\"1", "1,1", "99999999999999999999", "0.00000000001", Text(random))).Append(",130.5\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static T Any<T>(Random random, params T[] values) => values[random.Next(values.Length)];

    private static int Scalar(Random random)
    {
        var scalar = random.Next(0x110000);
        return Rune.IsValid(scalar) ? scalar : 0xFFFD;
    }
}
