using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>Builds a project's timeline: collects the changes of each commitment over all its days, and orders them.</summary>
internal sealed class ProjectTimelineBuilder
{
    private readonly StepBuilder steps;
    private readonly List<DayRange> nonAdditive = [];
    private readonly List<DayRange> breachingInvestors = [];
    private readonly List<int> days = [];

    private ProjectTimelineBuilder(ProjectNode project, AttributionMap view)
    {
        steps = new StepBuilder(view);
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (view.AttributionOf(commitment.Investor) is { } attribution)
                Add(in commitment, place, attribution);
        }
    }

    public static ProjectTimeline Of(ProjectNode project, AttributionMap view)
    {
        var made = new ProjectTimelineBuilder(project, view);
        return new ProjectTimeline(view.Partnership, new TimelineLines(made.steps.Steps), [.. made.nonAdditive], [.. made.breachingInvestors]);
    }

    private void Add(in CommitmentFacts commitment, int place, Attribution attribution)
    {
        commitment.GetDays(days);
        var (before, from) = (MeasureAmounts.Nothing, Day.Never);
        foreach (var day in days)
        {
            var after = commitment.At(day);
            steps.Add(in commitment, attribution, before, after, day);
            if (before.IsNothing && !after.IsNothing)
                from = day;
            if (!before.IsNothing && after.IsNothing)
                AddRange(in commitment, place, attribution, from, day);
            before = after;
        }

        if (!before.IsNothing)
            AddRange(in commitment, place, attribution, from, Day.Never);
    }

    private void AddRange(in CommitmentFacts commitment, int place, Attribution attribution, int from, int until)
    {
        if (!commitment.IsAdditive)
            nonAdditive.Add(new(place, from, until));
        if (attribution.BreachesOwnershipRule)
            breachingInvestors.Add(new(commitment.Investor, from, until));
    }
}
