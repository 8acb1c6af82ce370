using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Common.V1;
using Mining.Projects.V1;
using static Mining.Simulation.Model.Commands.Pools;

namespace Mining.Simulation.Model.Commands;

/// <summary>Commands about projects.</summary>
internal static class ProjectCommands
{
    private static readonly string[] Minerals = ["lithium", "rare-earths", "cobalt", "nickel"];

    public static IMessage Create(Random random)
    {
        var project = Project(random);
        project.Stage = random.Chance(80) ? Stage(random) : Projects.V1.Stage.Unspecified;
        return new CreateProjectRequest
        {
            ProjectId = NewId(random, "project", ProjectCount),
            Project = project,
            StageEffectiveDate = project.Stage == Projects.V1.Stage.Unspecified ? null : random.Maybe(50, PastDate),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage Update(Random random)
    {
        var project = Project(random);
        project.Name = Pools.Project(random);
        // Without a mask or with `*`, all mutable fields are meant.
        var mask = random.Next(10) switch
        {
            0 => null,
            1 => Mask("*"),
            2 => random.Chance(10) ? Mask("display_name", "stage") : Mask("capital_cost", "report_date"),
            3 or 4 => Mask("capital_cost"),
            5 => Mask("display_name", "operator", "sources"),
            6 => Mask("planned_first_production", "outputs"),
            7 => Mask("kinds", "minerals", "country"),
            8 => Mask("report_date", "designations"),
            _ => random.Chance(20) ? Mask("baseline_first_production") : Mask("operator"),
        };
        return new UpdateProjectRequest
        {
            Project = project,
            UpdateMask = mask,
            EffectiveDate = random.Maybe(12, PastDate),
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage ChangeStage(Random random) => new ChangeStageRequest
    {
        Name = Pools.Project(random),
        Stage = random.Chance(2) ? (Stage)99 : Stage(random),
        EffectiveDate = random.Maybe(12, PastDate),
        Reason = random.Chance(2) ? "" : random.Pick("study done", "money raised", "market"),
        Etag = Etag(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static IMessage RecordMilestone(Random random)
    {
        var number = random.Next(4);
        return new RecordMilestoneRequest
        {
            Name = Pools.Project(random),
            Milestone = new Milestone
            {
                MilestoneId = $"milestone-{number}",
                DisplayName = random.Chance(2) ? "" : "A milestone",
                // Mostly the same baseline again; two milestones share theirs.
                BaselineDate = random.Chance(10) ? PlannedDate(random) : new() { Year = 2027 + (number / 2), Month = number == 0 ? 0 : 1 },
                ForecastDate = random.Maybe(50, PlannedDate),
                ActualDate = random.Maybe(20, PastDate),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage RecordPermit(Random random)
    {
        var isGranted = random.Chance(30);
        return new RecordPermitRequest
        {
            Name = Pools.Project(random),
            Permit = new Permit
            {
                PermitId = $"permit-{random.Next(3)}",
                DisplayName = "A permit",
                Authority = random.Pick("", "the ministry"),
                Activity = random.Chance(2) ? random.Pick(PermitActivity.Unspecified, (PermitActivity)99) : (PermitActivity)random.Next(1, 5),
                ApplicationDate = random.Maybe(60, one => new() { Year = one.Next(2018, 2022) }),
                GrantDate = isGranted ? PastDate(random) : null,
                RefusalDate = random.Maybe(isGranted ? 2 : 10, PastDate),
                StatutoryLimitMonths = random.Chance(2) ? -1 : random.Pick(0, 12, 27),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    private static Project Project(Random random)
    {
        var project = new Project
        {
            DisplayName = random.Chance(1) ? "" : $"Project {random.Next(100)}",
            Operator = random.Pick("", "An operator"),
            Country = random.Chance(1) ? "ZZ" : random.Pick("DE", "US", "FR", "CA", "AU"),
            CapitalCost = random.Chance(70) ? Amount(random, random.Pick(Currencies), 900_000_000) : null,
            PlannedFirstProduction = random.Maybe(60, PlannedDate),
            BaselineFirstProduction = random.Maybe(10, PlannedDate),
            ReportDate = random.Maybe(60, PastDate),
        };
        project.Kinds.Add(random.Chance(1) ? (ProjectKind)99 : (ProjectKind)random.Next(1, 4));
        if (random.Chance(30))
            project.Kinds.Add(ProjectKind.Research);
        project.Minerals.AddRange(Minerals.Where(_ => random.Chance(40)));
        if (random.Chance(1))
            project.Minerals.Add("unobtainium");
        if (random.Chance(50))
            project.Outputs.Add(new Output { Mineral = random.Chance(50) ? "" : project.Minerals.FirstOrDefault() ?? "", Product = "oxide", TonnesPerYear = RefiningCommands.Tonnes(random) });
        if (random.Chance(30))
            project.Designations.Add(random.Pick(Designation.EuStrategic, Designation.UsFast41));
        if (random.Chance(30))
            project.Sources.Add(new Source { Citation = $"A report {random.Next(10)}", Confidence = (Confidence)random.Next(3) });
        return project;
    }

    /// <summary>Rarely a final stage: after it little more can happen to a project.</summary>
    private static Stage Stage(Random random) =>
        random.Chance(2) ? random.Pick(Projects.V1.Stage.Cancelled, Projects.V1.Stage.Closed) : (Stage)random.Next(1, 11);

    internal static FieldMask Mask(params IEnumerable<string> paths) => new() { Paths = { paths } };
}
