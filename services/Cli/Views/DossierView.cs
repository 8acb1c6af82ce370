using Mining.Cli.Shell;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows everything known about one project.</summary>
internal static class DossierView
{
    public static void Write(IAnsiConsole console, ProjectDossier dossier)
    {
        WriteProject(console, dossier.Project ?? new Project());
        ShareTables.Write(console, $"Shares as of {Figures.Day(dossier.AsOf)}", dossier.ReportingCurrency, dossier.Shares);
        WriteCapitalStack(console, dossier);
        WriteHealth(console, dossier);
        WriteMilestones(console, dossier.Project ?? new Project());
        WriteRefining(console, dossier);
        WriteSources(console, dossier);
        console.WriteLine();
        Freshness.WriteRates(console, dossier.Rates, dossier.RateDate);
        Confidential.Write(console, dossier.ConfidentialWithheld, []);
        Freshness.Write(console, dossier.Freshness);
    }

    private static void WriteProject(IAnsiConsole console, Project project)
    {
        console.Heading($"{project.DisplayName} ({ResourceNames.Id(project.Name)})");
        console.Sentence(string.Join(" · ", new[]
        {
            string.Join(" + ", project.Kinds.Select(EnumNames.Of)), project.Country, project.Operator,
            project.Minerals.Count > 0 ? string.Join(", ", project.Minerals) : "no mineral",
            string.Join(", ", project.Designations.Select(EnumNames.Of)),
        }.Where(text => text.Length > 0)));
        var since = project.StageHistory.LastOrDefault()?.EffectiveDate;
        console.Sentence(
            $"Stage {EnumNames.Of(project.Stage)}{(since is null ? "" : $" since {Figures.Day(since)}")}; " +
            $"capital cost {Figures.AmountWithCurrency(project.CapitalCost)}; " +
            $"first production {Figures.Day(project.PlannedFirstProduction, "unknown")}" +
            (project.BaselineFirstProduction is null || project.BaselineFirstProduction.Equals(project.PlannedFirstProduction)
                ? "." : $" (baseline {Figures.Day(project.BaselineFirstProduction)})."));
        foreach (var output in project.Outputs)
        {
            console.Sentence(
                $"Output: {(output.TonnesPerYear is null ? "tonnes unknown" : Figures.Number(output.TonnesPerYear) + " t/year")} of " +
                $"{(output.Product.Length > 0 ? output.Product : output.Mineral)}{(output.Basis.Length > 0 ? $" ({output.Basis})" : "")}");
        }
    }

    private static void WriteCapitalStack(IAnsiConsole console, ProjectDossier dossier)
    {
        console.Heading("Capital stack");
        if (dossier.CapitalStack.Count == 0)
        {
            console.Sentence("No commitment is recorded.");
            return;
        }

        var table = Tables.Of(
            Tables.Name("Commitment"), Tables.Text("Investor"), Tables.Name("Instrument"), Tables.Figure("Amount"), Tables.Name("Measure"),
            Tables.Name("Announced"), Tables.Text("Side"));
        foreach (var entry in dossier.CapitalStack)
        {
            table.Add(
                ResourceNames.Id(entry.Commitment.Name), entry.InvestorDisplayName, EnumNames.Of(entry.Commitment.Instrument),
                Figures.AmountWithCurrency(entry.Commitment.Amount),
                entry.Measure == Measure.Unspecified ? "none" : EnumNames.Of(entry.Measure),
                Figures.Day(entry.Commitment.AnnouncementDate, "undated"), entry.EntersShares ? Attribution(entry) : entry.Reason);
        }

        console.Write(table);
    }

    /// <summary>The side that a commitment is attributed to; if there are several, each with its part.</summary>
    private static string Attribution(CapitalStackEntry entry) => entry.Attribution is [var only]
        ? only.SideId
        : string.Join('\n', entry.Attribution.Select(side => $"{side.SideId} {Figures.Amount(side.Amount)}"));

    private static void WriteHealth(IAnsiConsole console, ProjectDossier dossier)
    {
        if (dossier.Pipeline is not { Health: { } health } pipeline)
            return;
        console.Heading($"Health: {EnumNames.Of(health.Band)}, score {Figures.Score(health.Score)}");
        console.Sentence(
            $"Committed {Figures.AmountWithCurrency(pipeline.Committed)}; " +
            (pipeline.FundingGap is null ? "funding gap unknown" : $"funding gap {Figures.AmountWithCurrency(pipeline.FundingGap)}") +
            (pipeline.Joint ? "; a joint project." : "; not a joint project."));
        foreach (var flag in health.RedFlags)
            console.Warning($"Red: {flag}");
        var table = Tables.Of(Tables.Name("Component"), Tables.Figure("Weight"), Tables.Figure("Score"), Tables.Text("Why"));
        foreach (var component in health.Components)
        {
            table.Add(
                EnumNames.Of(component.Kind), Figures.Count(component.Weight),
                component.State == HealthComponentState.Scored
                    ? Figures.Score(component.Score)
                    : EnumNames.Of(component.State).Replace('-', ' '),
                component.Reason);
        }

        console.Write(table);
    }

    private static void WriteMilestones(IAnsiConsole console, Project project)
    {
        if (project.Milestones.Count > 0)
        {
            console.Heading("Milestones");
            var table = Tables.Of(Tables.Text("Milestone"), Tables.Name("Baseline"), Tables.Name("Forecast"), Tables.Name("Reached"));
            foreach (var milestone in project.Milestones)
            {
                table.Add(
                    milestone.DisplayName, Figures.Day(milestone.BaselineDate), Figures.Day(milestone.ForecastDate),
                    Figures.Day(milestone.ActualDate, "open"));
            }

            console.Write(table);
        }

        if (project.Permits.Count == 0)
            return;
        console.Heading("Permits");
        var permits = Tables.Of(
            Tables.Text("Permit"), Tables.Name("Activity"), Tables.Name("Applied"), Tables.Name("Outcome"),
            Tables.Figure("Limit (months)"));
        foreach (var permit in project.Permits)
        {
            var outcome = permit.GrantDate is not null ? $"granted {Figures.Day(permit.GrantDate)}"
                : permit.RefusalDate is not null ? $"refused {Figures.Day(permit.RefusalDate)}"
                : "open";
            permits.Add(
                permit.DisplayName, EnumNames.Of(permit.Activity), Figures.Day(permit.ApplicationDate), outcome,
                permit.StatutoryLimitMonths > 0 ? Figures.Count(permit.StatutoryLimitMonths) : Figures.None);
        }

        console.Write(permits);
    }

    private static void WriteRefining(IAnsiConsole console, ProjectDossier dossier)
    {
        if (dossier.RefiningCover.Count > 0)
        {
            console.Heading("Refining coverage, tonnes per year");
            var cover = Tables.Of(
                Tables.Name("Mineral"), Tables.Figure("Year"), Tables.Figure("Planned"), Tables.Figure("Reserved at partners"),
                Tables.Figure("Elsewhere"));
            foreach (var entry in dossier.RefiningCover)
            {
                cover.Add(
                    entry.Mineral, FormattableString.Invariant($"{entry.Year}"), Figures.Number(entry.PlannedTonnes),
                    Figures.Number(entry.ReservedPartnerTonnes), Figures.Number(entry.ReservedOutsideTonnes));
            }

            console.Write(cover);
        }

        foreach (var reservation in dossier.Reservations)
        {
            console.Sentence(FormattableString.Invariant(
                $"{ResourceNames.Id(reservation.Name)}: {Figures.Number(reservation.TonnesPerYear)} t/year of {reservation.Mineral} ") +
                $"at {ResourceNames.Id(reservation.Facility)}, " + FormattableString.Invariant(
                $"{reservation.FromYear} to {reservation.ToYear}{(reservation.Released ? ", released" : "")}"));
        }
    }

    private static void WriteSources(IAnsiConsole console, ProjectDossier dossier)
    {
        console.Heading("Sources");
        foreach (var source in dossier.Project?.Sources ?? [])
            console.Sentence($"{source.Citation} ({EnumNames.Of(source.Confidence).Replace('-', ' ')})");
        var table = Tables.Of(
            Tables.Figure("Version"), Tables.Name("Recorded"), Tables.Name("Method"), Tables.Text("By"), Tables.Text("Changed"));
        foreach (var revision in dossier.Revisions)
        {
            table.Add(
                Figures.Count(revision.Version), Figures.Moment(revision.CommitTime), revision.Method, revision.Actor,
                string.Join(", ", revision.ChangedFields));
        }

        if (dossier.Revisions.Count > 0)
            console.Write(table);
    }
}
