using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Platform.Numbers;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>The commitments that are pledged and must not be added up: the first by name, and how many there are.</summary>
internal sealed class NonAdditive
{
    private const int Most = 100;

    private static readonly Comparer<string> LastNameFirst = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));

    /// <summary>Ordered by name.</summary>
    private readonly List<(ProjectNode Project, int Place)> first;

    private NonAdditive(List<(ProjectNode Project, int Place)> first, int count) => (this.first, Count) = (first, count);

    public int Count { get; private set; }

    /// <param name="projects">Where they are looked for.</param>
    /// <param name="placesOf">Of each project the places of those that are pledged and not additive.</param>
    /// <param name="query">Which of them are asked for.</param>
    public static NonAdditive Of(ProjectNode[] projects, int[][] placesOf, Query query)
    {
        var first = new PriorityQueue<(ProjectNode Project, int Place), string>(LastNameFirst);
        var count = 0;
        for (var number = 0; number < projects.Length; number++)
        {
            // They come ordered by name within a project: behind one that is too late all others are, and need only be counted.
            var mayBeFirst = true;
            var project = projects[number];
            var places = placesOf[number];
            count += query.Selection.PicksEveryCommitment ? places.Length : places.Count(place => query.Selection.Picks(in project.Commitments[place]));
            for (var next = 0; next < places.Length && mayBeFirst; next++)
            {
                ref readonly var commitment = ref project.Commitments[places[next]];
                if (!query.Selection.Picks(in commitment))
                    continue;
                mayBeFirst = first.Count < Most || commitment.NameUtf8.SequenceCompareTo(NameOf(first.Peek())) < 0;
                if (mayBeFirst)
                    first.Enqueue((project, places[next]), commitment.Name);
                if (first.Count > Most)
                    first.Dequeue();
            }
        }

        return new([.. first.UnorderedItems.OrderBy(item => item.Priority, StringComparer.Ordinal).Select(item => item.Element)], count);
    }

    /// <summary>
    /// Goes on with another state of a project, all of whose commitments count. False: the first ones may be others now, and all has to be
    /// looked at anew. That is rare: they are a hundred of all.
    /// </summary>
    public bool TryReplace(ProjectNode before, ProjectFigures figuresBefore, ProjectNode after, ProjectFigures figuresAfter)
    {
        var places = figuresAfter.NonAdditive;
        if (first.Exists(entry => ReferenceEquals(entry.Project, before)))
            return false;
        if (places.Length > 0 && (first.Count < Most || NameOf((after, places[0])).SequenceCompareTo(NameOf(first[^1])) < 0))
            return false;
        Count += places.Length - figuresBefore.NonAdditive.Length;
        return true;
    }

    public void AddTo(PortfolioSummary summary, Query query)
    {
        summary.NonAdditive.Add(first.Select(entry => EntryOf(entry.Project, entry.Project.Commitments[entry.Place], query)));
        summary.NonAdditiveCount = Count;
    }

    private static ReadOnlySpan<byte> NameOf((ProjectNode Project, int Place) entry) => entry.Project.Commitments[entry.Place].NameUtf8;

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
