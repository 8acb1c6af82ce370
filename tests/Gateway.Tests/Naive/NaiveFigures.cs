using System.Globalization;
using Mining.Investors.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Tests.Naive;

internal sealed partial class NaivePortfolio
{
    private static readonly string[] Measures = ["PLEDGED", "COMMITTED", "DISBURSED"];

    /// <summary>Every figure of every answer, each under a name. <see cref="AnsweredFigures"/> writes the gateway's in the same way.</summary>
    public SortedDictionary<string, string> Figures()
    {
        var figures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var measure in Measures)
        {
            var all = FundedOf(measure);
            AddTable(figures, $"all/{measure}", all, measure);
            AddTable(figures, $"joint/{measure}", [.. all.Where(commitment => IsJoint(commitment.Project, measure))], measure);
            foreach (var instrument in new[] { Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment })
                AddTable(figures, $"instrument/{instrument}/{measure}", [.. all.Where(commitment => commitment.Instrument == instrument)], measure);
            foreach (var instrument in new[] { Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake })
            {
                List<Commitment> contingent = [.. commitments.Where(commitment => commitment.Instrument == instrument && Counts(commitment, measure))];
                foreach (var party in parties)
                    figures[$"contingent/{instrument}/{measure}/{party}"] = Text(Cell(contingent, measure, party));
                figures[$"contingent/{instrument}/{measure}"] =
                    $"{contingent.Count} {contingent.Count(commitment => AmountOf(commitment, measure) is null)}";
            }

            AddGroups(figures, "project", measure, commitment => [commitment.Project]);
            AddGroups(figures, "mineral", measure, commitment => ProjectOf(commitment).Minerals.DefaultIfEmpty("unknown"));
            AddGroups(figures, "kind", measure, commitment => ProjectOf(commitment).Kinds.Select(kind => $"PROJECT_KIND_{Upper(kind)}"));
            AddGroups(figures, "country", measure, commitment => [ProjectOf(commitment).Country]);
            AddGroups(figures, "stage", measure, commitment => [StageOf(ProjectOf(commitment)) is var stage && stage == Stage.Unspecified ? "unknown" : $"STAGE_{Upper(stage)}"]);
            AddGroups(figures, "instrument", measure, commitment => [$"INSTRUMENT_{Upper(commitment.Instrument)}"]);
            AddGroups(figures, "investor", measure, commitment => [commitment.Investor]);
            AddGroups(figures, "year", measure, commitment => [commitment.AnnouncementDate?.Year.ToString("0000", CultureInfo.InvariantCulture) ?? "undated"]);
        }

        figures["non-additive"] = string.Join(" ", commitments.Where(commitment => !IsAdditive(commitment) && Counts(commitment, "PLEDGED"))
            .Select(commitment => $"{commitment.Name}={(AmountOf(commitment, "PLEDGED") is { } amount ? amount.ToString("0.00", CultureInfo.InvariantCulture) : "?")}"));
        AddPipeline(figures);
        return figures;
    }

    private void AddPipeline(SortedDictionary<string, string> figures)
    {
        var statuses = Statuses();
        var alive = statuses.Where(status => !status.IsOver).ToList();
        foreach (var status in statuses)
        {
            figures[$"pipeline/{status.Project}"] = string.Join(
                " ", status.Stage, status.Band, status.Score is { } score ? TwoPlaces(score) : "-", status.Components, status.Flags,
                status.Cost is { } cost ? Text(cost) : "?", Text(status.Committed), status.Gap is { } gap ? Text(gap) : "?", status.Joint);
        }

        foreach (var stage in statuses.GroupBy(status => status.Stage))
            figures[$"funnel/{stage.Key}"] = $"{stage.Count()} {Text(stage.Sum(one => one.Cost ?? 0))} {stage.Count(one => one.Cost is null)} {Bands(stage)}";
        figures["capital-cost"] = $"{Text(alive.Sum(one => one.Cost ?? 0))} {alive.Count(one => one.Cost is null)}";
        figures["funding-gap"] = Text(alive.Sum(one => one.Gap ?? 0));
        var weighed = statuses.Where(one => one.Score is not null && one.Cost > 0).ToList();
        var mean = weighed.Count == 0 ? "-" : TwoPlaces(weighed.Sum(one => one.Score!.Value * one.Cost!.Value) / weighed.Sum(one => one.Cost!.Value));
        figures["health"] = $"{mean} {weighed.Count} {Bands(statuses)} {statuses.Sum(one => one.Unknown)}";
        figures["worst"] = string.Join(" ", statuses.Where(one => one.Flags > 0 || one.Score is not null)
            .OrderByDescending(one => one.Flags > 0).ThenBy(one => one.Score ?? 1_000).ThenBy(one => one.Project, StringComparer.Ordinal)
            .Take(5).Select(one => one.Project));
    }

    private void AddGroups(SortedDictionary<string, string> figures, string grouping, string measure, Func<Commitment, IEnumerable<string>> keysOf)
    {
        var rows = FundedOf(measure).SelectMany(commitment => keysOf(commitment).Select(key => (key, commitment)));
        foreach (var group in rows.GroupBy(row => row.key, row => row.commitment))
            AddTable(figures, $"by-{grouping}/{measure}/{group.Key}", [.. group], measure);
    }

    private void AddTable(SortedDictionary<string, string> figures, string name, List<Commitment> set, string measure)
    {
        var shares = SharesPpm(set, measure);
        foreach (var party in parties)
        {
            var target = partnership.Sides.FirstOrDefault(side => side.SideId == party)?.TargetSharePpm;
            figures[$"{name}/{party}"] = $"{Text(Cell(set, measure, party))} {shares?[party]} {target} {shares?[party] - target}";
        }

        figures[name] = $"{Text(Total(set, measure))} projects {set.Select(commitment => commitment.Project).Distinct().Count()} commitments {set.Count} "
            + $"undisclosed {set.Count(commitment => AmountOf(commitment, measure) is null)} undated {set.Count(commitment => commitment.AnnouncementDate is null)}";
    }

    private Project ProjectOf(Commitment commitment) => projects[commitment.Project];

    private static string Bands(IEnumerable<Status> statuses) => string.Join(
        "/", new[] { "GREEN", "AMBER", "RED", "UNKNOWN", "NOT_SCORED" }.Select(band => statuses.Count(status => status.Band == band)));

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Upper<T>(T value)
        where T : Enum => string.Concat(value.ToString().Select((letter, place) => (place > 0 && char.IsUpper(letter) ? "_" : "") + char.ToUpperInvariant(letter)));
}
