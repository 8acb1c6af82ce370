using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>Creates steps: the changes that a commitment makes to its project's figures between two states.</summary>
internal sealed class StepBuilder(AttributionMap view)
{
    private static readonly int MeasureCount = MeasureAmounts.Measures.Length;

    private readonly long[] partsBefore = new long[view.Partnership.Parties.Length];
    private readonly long[] partsAfter = new long[view.Partnership.Parties.Length];

    public List<Step> Steps { get; } = [];

    /// <summary>Funded commitments that are not additive enter no figure. Contingent ones that are not additive are only counted.</summary>
    public void Add(in CommitmentFacts commitment, Attribution attribution, MeasureAmounts before, MeasureAmounts after, int day)
    {
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;
        for (var measure = 0; measure < MeasureCount; measure++)
        {
            var (was, now) = (before[measure], after[measure]);
            if (was == now)
                continue;
            var commitments = Counted(now) - Counted(was);
            var counts = new Counts(commitments, Undisclosed(now) - Undisclosed(was), commitment.IsUndated ? commitments : 0);
            if (attribution.TryGetSoleParty(out var party))
                Add(in commitment, counts, Amount(in commitment, now) - Amount(in commitment, was), measure, party, day);
            else
                AddParts(in commitment, counts, attribution, Amount(in commitment, was), Amount(in commitment, now), measure, day);
        }
    }

    /// <summary>An amount that belongs to several parties: only the first part carries the counts.</summary>
    private void AddParts(in CommitmentFacts commitment, Counts counts, Attribution attribution, long before, long after, int measure, int day)
    {
        attribution.Split(before, partsBefore);
        attribution.Split(after, partsAfter);
        for (var party = 0; party < partsAfter.Length; party++)
            Add(in commitment, party == 0 ? counts : default, partsAfter[party] - partsBefore[party], measure, party, day);
    }

    private void Add(in CommitmentFacts commitment, Counts counts, long minorUnits, int measure, int party, int day)
    {
        if (counts != default || minorUnits != 0)
            Steps.Add(new Step(day, measure, (byte)commitment.Instrument, commitment.Currency, party, counts, minorUnits));
    }

    private static long Amount(in CommitmentFacts commitment, long reached) => commitment.IsAdditive ? Math.Max(0, reached) : 0;

    private static int Counted(long reached) => reached == MeasureAmounts.NotCounted ? 0 : 1;

    private static int Undisclosed(long reached) => reached == MeasureAmounts.Undisclosed ? 1 : 0;
}
