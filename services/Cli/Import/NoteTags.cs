using System.Text.RegularExpressions;
using Mining.Investors.V1;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Import;

/// <summary>Reads the tags at the start of a commitment's note, which select its counting basis.</summary>
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
    /// The counting basis of a note; additive without a tag. An unknown tag is refused: if it were treated as text, the shares would
    /// include an amount that its author meant to exclude.
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
                reader.Refuse(column, "The tags select several counting bases; give only one.");
            else if (next != CountingBasis.Additive)
                basis = next;
            if (tag == LetterOfInterest && status is CommitmentStatus.Committed or CommitmentStatus.Disbursed)
                reader.Refuse("status", "A letter of interest ([loi]) is not binding; its status must be pledged or cancelled.");
        }

        return basis;
    }

    private static string Unknown(string tag)
    {
        var near = NearMatch.Of(tag, Bases.Keys);
        return near.Count > 0
            ? $"The tag [{tag}] is unknown; did you mean {string.Join(" or ", near.Select(name => $"[{name}]"))}?"
            : $"The tag [{tag}] is unknown; the tags are {string.Join(", ", Bases.Keys.Select(name => $"[{name}]"))}.";
    }

    /// <summary>Tags follow one another from the first character; <c>\G</c> ends the search at the first other text.</summary>
    [GeneratedRegex(@"\G\s*\[(?<tag>[a-z-]+)\]")]
    private static partial Regex Tag();
}
