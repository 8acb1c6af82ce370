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
            var mayBeFirst = true;
            foreach (var place in project.FiguresAt(query.View, query.Day).NonAdditive)
            {
                ref readonly var commitment = ref project.Commitments[place];
                if (!query.Selection.Picks(commitment.Instrument) || !query.Selection.PicksInvestor(commitment.Investor))
                    continue;
                count++;

                // They come ordered by name within a project: behind one that is too late all others are.
                mayBeFirst = mayBeFirst && MayEnter(commitment.Name);
                if (mayBeFirst)
                    first.Enqueue((project, place), commitment.Name);
                if (first.Count > most)
                    first.Dequeue();
            }
        }

        return first.UnorderedItems.OrderBy(item => item.Priority, StringComparer.Ordinal)
            .Select(item => EntryOf(item.Element.Project, item.Element.Project.Commitments[item.Element.Place], query));

        bool MayEnter(string name) =>
            first.Count < most || (first.TryPeek(out _, out var last) && string.CompareOrdinal(name, last) < 0);
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
