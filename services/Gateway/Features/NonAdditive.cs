using Mining.Gateway.ReadModel;
using Mining.Investors.V1;
using Mining.Platform.Numbers;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>The commitments that are pledged and must not be added up, with their reason.</summary>
internal static class NonAdditive
{
    private static readonly Comparer<string> LastNameFirst = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));

    /// <summary>The first of them by name, over all projects, and how many there are.</summary>
    public static IEnumerable<NonAdditiveEntry> First(int most, IReadOnlyList<ProjectNode> projects, Query query, out int count)
    {
        var first = new PriorityQueue<(ProjectNode Project, int Place), string>(LastNameFirst);
        count = 0;
        foreach (var project in projects)
        {
            // They come ordered by name within a project: behind one that is too late all others are, and need only be counted.
            var mayBeFirst = true;
            var places = project.FiguresAt(query.View, query.Day).NonAdditive;
            count += query.Selection.PicksEveryCommitment ? places.Count : places.Count(place => query.Selection.Picks(in project.Commitments[place]));
            for (var next = 0; next < places.Count && mayBeFirst; next++)
            {
                ref readonly var commitment = ref project.Commitments[places[next]];
                if (!query.Selection.Picks(in commitment))
                    continue;
                mayBeFirst = MayEnter(commitment.NameUtf8);
                if (mayBeFirst)
                    first.Enqueue((project, places[next]), commitment.Name);
                if (first.Count > most)
                    first.Dequeue();
            }
        }

        return first.UnorderedItems.OrderBy(item => item.Priority, StringComparer.Ordinal)
            .Select(item => EntryOf(item.Element.Project, item.Element.Project.Commitments[item.Element.Place], query));

        bool MayEnter(ReadOnlySpan<byte> nameUtf8) =>
            first.Count < most || nameUtf8.SequenceCompareTo(first.Peek().Project.Commitments[first.Peek().Place].NameUtf8) < 0;
    }

    private static NonAdditiveEntry EntryOf(ProjectNode project, in CommitmentFacts commitment, Query query) => new()
    {
        Commitment = commitment.Name,
        Project = project.Name,
        Investor = query.View.Investors[commitment.Investor]!.Name,
        Instrument = commitment.Instrument,
        CountingBasis = Commitment.Parser.ParseFrom(commitment.State).CountingBasis,
        Amount = commitment.At(query.Day).Pledged is >= 0 and var minorUnits
            ? new Amount(minorUnits, CurrencyIndex.At(commitment.Currency).Code).ToMoney()
            : null,
    };
}
