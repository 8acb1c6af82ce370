using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>Makes a project's course: lets each commitment go through all of its days, and puts in order what changes.</summary>
internal sealed class CourseMaker
{
    private readonly StepMaker steps;
    private readonly List<Spell> nonAdditive = [];
    private readonly List<Spell> breachingInvestors = [];
    private readonly List<int> days = [];

    private CourseMaker(ProjectNode project, PartnershipView view)
    {
        steps = new StepMaker(view);
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (view.AttributionOf(commitment.Investor) is { } attribution)
                Add(in commitment, place, attribution);
        }
    }

    public static ProjectCourse Of(ProjectNode project, PartnershipView view)
    {
        var made = new CourseMaker(project, view);
        return new ProjectCourse(view.Partnership, new CourseLines(made.steps.Steps), [.. made.nonAdditive], [.. made.breachingInvestors]);
    }

    private void Add(in CommitmentFacts commitment, int place, Attribution attribution)
    {
        commitment.GetDays(days);
        var (before, from) = (Reached.Nothing, Day.Never);
        foreach (var day in days)
        {
            var after = commitment.At(day);
            steps.Add(in commitment, attribution, before, after, day);
            if (before.IsNothing && !after.IsNothing)
                from = day;
            if (!before.IsNothing && after.IsNothing)
                AddSpell(in commitment, place, attribution, from, day);
            before = after;
        }

        if (!before.IsNothing)
            AddSpell(in commitment, place, attribution, from, Day.Never);
    }

    private void AddSpell(in CommitmentFacts commitment, int place, Attribution attribution, int from, int until)
    {
        if (!commitment.IsAdditive)
            nonAdditive.Add(new(place, from, until));
        if (attribution.BreachesOwnershipRule)
            breachingInvestors.Add(new(commitment.Investor, from, until));
    }
}

/// <summary>A project's steps by cell, and the days on which numbers of commitments change.</summary>
internal sealed class CourseLines
{
    public CourseLines(List<Step> steps)
    {
        foreach (var cell in steps.Where(step => step.MinorUnits != 0).GroupBy(step => (step.Place, step.Currency, step.Party)).OrderBy(cell => cell.Key))
            AddSums([.. cell.OrderBy(step => step.From)]);
        foreach (var place in steps.Where(step => step.Counts != default).GroupBy(step => step.Place))
        {
            var byDay = place.OrderBy(step => step.From).ToArray();
            AddCounts(place.Key, byDay, new(1, 0, 0), step => step.Counts.Commitments);
            AddCounts(place.Key, byDay, new(0, 1, 0), step => step.Counts.Undisclosed);
            AddCounts(place.Key, byDay, new(0, 0, 1), step => step.Counts.Undated);
        }
    }

    public List<SumLine> SumLines { get; } = [];

    public List<int> SumDays { get; } = [];

    public List<long> Sums { get; } = [];

    public List<CountLine> CountLines { get; } = [];

    public List<int> CountDays { get; } = [];

    /// <summary>A sum beyond 64 bits comes in several lines of one cell, each with what the ones before do not hold.</summary>
    private void AddSums(Step[] steps)
    {
        for (Int128 held = 0, most = 1; held < most; held += long.MaxValue)
        {
            Int128 sum = 0;
            for (var next = 0; next < steps.Length; next++)
            {
                sum += steps[next].MinorUnits;
                most = Int128.Max(most, sum);
                if (next + 1 < steps.Length && steps[next + 1].From == steps[next].From)
                    continue;
                SumDays.Add(steps[next].From);
                Sums.Add((long)Int128.Clamp(sum - held, 0, long.MaxValue));
            }

            var (measure, instrument) = Math.DivRem(steps[0].Place, (byte)Instruments.Count);
            SumLines.Add(new(measure, instrument, steps[0].Currency, steps[0].Party, SumDays.Count));
        }
    }

    private void AddCounts(byte place, Step[] byDay, Counts one, Func<Step, int> changeOf)
    {
        foreach (var sign in (ReadOnlySpan<int>)[1, -1])
        {
            var before = CountDays.Count;
            CountDays.AddRange(byDay.Where(step => changeOf(step) == sign).Select(step => step.From));
            if (CountDays.Count == before)
                continue;
            var each = default(Counts);
            each.Add(one, sign);
            CountLines.Add(new(place, each, CountDays.Count));
        }
    }
}
