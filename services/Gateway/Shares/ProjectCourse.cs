using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>
/// What a project's commitments amount to on every day, in the eyes of a partnership: the steps by which its figures change. A day of the
/// past is a walk over these, which lie one behind the other, and asks no commitment for its dates, history and owners. Immutable.
/// </summary>
internal sealed class ProjectCourse
{
    private readonly PartnershipFacts partnership;

    /// <summary>Ordered by day.</summary>
    private readonly Step[] steps;

    /// <summary>When which commitments are pledged that are not additive; ordered by place.</summary>
    private readonly Spell[] nonAdditive;

    /// <summary>When which investors have pledged that breach the rule on outside ownership.</summary>
    private readonly Spell[] breachingInvestors;

    private ProjectCourse(PartnershipFacts partnership, List<Step> steps, List<Spell> nonAdditive, List<Spell> breachingInvestors)
    {
        this.partnership = partnership;
        this.steps = [.. steps];
        Array.Sort(this.steps, static (a, b) => a.From.CompareTo(b.From));
        this.nonAdditive = [.. nonAdditive];
        this.breachingInvestors = [.. breachingInvestors];
    }

    public static ProjectCourse Of(ProjectNode project, PartnershipView view)
    {
        var maker = new StepMaker(view);
        var (nonAdditive, breachingInvestors) = (new List<Spell>(), new List<Spell>());
        var days = new List<int>();
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (view.AttributionOf(commitment.Investor) is not { } attribution)
                continue;
            var (before, pledgedFrom) = (Reached.Nothing, Day.Never);
            commitment.GetDays(days);
            foreach (var day in days)
            {
                var after = commitment.At(day);
                maker.Add(in commitment, attribution, before, after, day);
                if (before.IsNothing && !after.IsNothing)
                    pledgedFrom = day;
                else if (after.IsNothing && !before.IsNothing)
                    AddSpell(pledgedFrom, day);
                before = after;
            }

            if (!before.IsNothing)
                AddSpell(pledgedFrom, Day.Never);

            void AddSpell(int from, int until)
            {
                if (!project.Commitments[place].IsAdditive)
                    nonAdditive.Add(new(place, from, until));
                if (attribution.BreachesOwnershipRule)
                    breachingInvestors.Add(new(project.Commitments[place].Investor, from, until));
            }
        }

        return new ProjectCourse(view.Partnership, maker.Steps, nonAdditive, breachingInvestors);
    }

    /// <summary>Adds what it comes to at a day.</summary>
    public void AddTo(FiguresScratch scratch, int day)
    {
        scratch.Add(steps, day);
        AddTo(scratch.NonAdditive, nonAdditive, day);
        AddTo(scratch.BreachingInvestors, breachingInvestors, day);
    }

    public ProjectFigures At(int day) => ProjectFigures.Of(this, partnership, day);

    private static void AddTo(List<int> numbers, Spell[] spells, int day)
    {
        foreach (var spell in spells)
        {
            if (spell.From <= day && day < spell.Until)
                numbers.Add(spell.Number);
        }
    }

    /// <summary>From a day until before another one.</summary>
    private readonly record struct Spell(int Number, int From, int Until);
}
