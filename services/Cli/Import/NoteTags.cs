using System.Text.RegularExpressions;
using Mining.Investors.V1;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Import;

/// <summary>Reads the tags at the start of a commitment's note: they say whether its amount may be added to others.</summary>
internal static partial class NoteTags
{
    private const string LetterOfInterest = "loi";

    private static readonly Dictionary<string, CountingBasis> Bases = new(StringComparer.Ordinal)
    {
        ["consortium-total"] = CountingBasis.ConsortiumTotal,
        ["company-level"] = CountingBasis.CompanyLevel,
        ["acquisition"] = CountingBasis.AcquisitionPrice,
        ["gross-of-grants"] = CountingBasis.GrossOfGrants,
        ["overlaps-other-row"] = CountingBasis.Overlap,
        ["indicative-envelope"] = CountingBasis.Indicative,
        ["requested-not-awarded"] = CountingBasis.Indicative,
        ["unit-price"] = CountingBasis.UnitPrice,
        [LetterOfInterest] = CountingBasis.Additive,
    };

    /// <summary>
    /// The counting basis of a note; additive without a tag. A tag that is not known is refused: taken for text, it would let an amount
    /// into the shares that its author kept out.
    /// </summary>
    public static CountingBasis Read(RowReader reader, string column, CommitmentStatus status)
    {
        var basis = CountingBasis.Additive;
        for (var match = Tag().Match(reader.Text(column)); match.Success; match = match.NextMatch())
        {
            var tag = match.Groups["tag"].Value;
            if (!Bases.TryGetValue(tag, out var next))
                reader.Refuse(column, Unknown(tag));
            else if (basis != CountingBasis.Additive && next != CountingBasis.Additive && next != basis)
                reader.Refuse(column, "The tags give several reasons why the amount must not be added; give one.");
            else if (next != CountingBasis.Additive)
                basis = next;
            if (tag == LetterOfInterest && status is CommitmentStatus.Committed or CommitmentStatus.Disbursed)
                reader.Refuse("status", "A letter of interest ([loi]) is not binding: its status is pledged or cancelled.");
        }

        return basis;
    }

    private static string Unknown(string tag)
    {
        var near = NearMatch.Of(tag, Bases.Keys);
        return near.Count > 0
            ? $"The tag [{tag}] is not known; did you mean {string.Join(" or ", near.Select(name => $"[{name}]"))}?"
            : $"The tag [{tag}] is not known; the tags are {string.Join(", ", Bases.Keys.Select(name => $"[{name}]"))}.";
    }

    /// <summary>Tags stand one behind the other from the first character on; <c>\G</c> ends the walk at the first text.</summary>
    [GeneratedRegex(@"\G\s*\[(?<tag>[a-z-]+)\]")]
    private static partial Regex Tag();
}
