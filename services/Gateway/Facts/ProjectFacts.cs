using Google.Protobuf;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Facts;

internal sealed record MilestoneFacts(string Id, string DisplayName, PartialDate Baseline, PartialDate? Forecast, PartialDate? Actual);

internal sealed record PermitFacts(
    string DisplayName, PermitActivity Activity, PartialDate? Application, PartialDate? Grant, PartialDate? Refusal, int LimitMonths);

/// <summary>The fields of a project that figures and health need.</summary>
internal sealed record ProjectFacts
{
    public required string Name { get; init; }
    public required long Version { get; init; }

    /// <summary>The serialized resource, for the dossier.</summary>
    public required ByteString State { get; init; }

    public required string DisplayName { get; init; }
    public required string Country { get; init; }
    public required ProjectKind[] Kinds { get; init; }
    public required string[] Minerals { get; init; }
    public required Dated<Stage>[] Stages { get; init; }

    /// <summary>Estimates over time; null when an estimate was withdrawn.</summary>
    public required Dated<Amount?>[] CapitalCosts { get; init; }

    /// <summary>Planned tonnes per year for the minerals with a known output, ordered by mineral.</summary>
    public required (string Mineral, Tonnage TonnesPerYear)[] Outputs { get; init; }

    public required PartialDate? PlannedFirstProduction { get; init; }
    public required PartialDate? BaselineFirstProduction { get; init; }
    public required PartialDate? ReportDate { get; init; }
    public required bool IsEuStrategic { get; init; }
    public required MilestoneFacts[] Milestones { get; init; }
    public required PermitFacts[] Permits { get; init; }

    public Stage StageAt(int day) => Stages.TryAt(day, out var stage) ? stage : Stage.Unspecified;

    /// <summary>The stage before a suspension in effect on the day; otherwise the stage itself.</summary>
    public Stage StageBeforeSuspensionAt(int day)
    {
        if (StageAt(day) is var stage and not Stage.Suspended)
            return stage;
        var before = Stages.Where(change => change.From <= day && change.Value != Stage.Suspended).ToArray();
        return before.Length > 0 ? before[^1].Value : Stage.Unspecified;
    }

    public Amount? CapitalCostAt(int day) => CapitalCosts.TryAt(day, out var cost) ? cost : null;

    public static ProjectFacts Read(Project project, ByteString state, long version) => new()
    {
        Name = project.Name,
        Version = version,
        State = state,
        DisplayName = project.DisplayName,
        Country = project.Country,
        Kinds = [.. project.Kinds.Distinct()],
        Minerals = [.. project.Minerals.Distinct()],
        Stages = project.StageHistory.Count == 0
            ? [new(Day.Always, project.Stage)]
            : [.. project.StageHistory.Select(change => new Dated<Stage>(Day.Of(change.EffectiveDate), change.Stage))],
        CapitalCosts = project.CapitalCostHistory.Count == 0
            ? [new(Day.Always, CurrencyIndex.ReadAmount(project.CapitalCost))]
            : [.. project.CapitalCostHistory.Select(
                estimate => new Dated<Amount?>(Day.Of(estimate.EffectiveDate), CurrencyIndex.ReadAmount(estimate.CapitalCost)))],
        Outputs = [.. project.Outputs.Where(output => output.Mineral != "" && output.TonnesPerYear is not null)
            .GroupBy(output => output.Mineral, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Aggregate(default(Tonnage), (sum, output) => sum + ReadTonnes(output))))
            .Where(output => output.Item2.Kilograms > 0)
            .OrderBy(output => output.Key, StringComparer.Ordinal)],
        PlannedFirstProduction = Day.Read(project.PlannedFirstProduction),
        BaselineFirstProduction = Day.Read(project.BaselineFirstProduction),
        ReportDate = Day.Read(project.ReportDate),
        IsEuStrategic = project.Designations.Contains(Designation.EuStrategic),
        Milestones = [.. project.Milestones.Select(milestone => new MilestoneFacts(
            milestone.MilestoneId, milestone.DisplayName,
            Day.Read(milestone.BaselineDate) ?? throw new InvalidDataException("A milestone has no baseline date."),
            Day.Read(milestone.ForecastDate), Day.Read(milestone.ActualDate)))],
        Permits = [.. project.Permits.Select(permit => new PermitFacts(
            permit.DisplayName, permit.Activity, Day.Read(permit.ApplicationDate), Day.Read(permit.GrantDate),
            Day.Read(permit.RefusalDate), permit.StatutoryLimitMonths))],
    };

    private static Tonnage ReadTonnes(Output output) =>
        Tonnage.TryRead(output.TonnesPerYear, out var tonnes, out var problem) ? tonnes : throw new InvalidDataException(problem);
}
