using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.Cli.Views;

namespace Mining.Cli.Commands;

/// <summary><c>mining audit</c>: accepted and refused writes.</summary>
internal static class AuditCommand
{
    private const int DefaultTop = 100;

    /// <summary>The services that keep an audit trail.</summary>
    public static readonly IReadOnlyList<string> Sources = ["projects", "investors", "refining"];

    public static Command Build(Session session)
    {
        var sources = SourceOption();
        var caller = Text("--caller", "Only writes of this caller, such as eu:a.meyer", "name");
        var side = Text("--side", "Only writes of callers that act for this side", "side");
        var method = Text("--method", "Only calls of this method, such as ChangeStage", "name");
        var outcome = Options.Choice<AuditOutcome>("--outcome", "Only writes with this outcome", "both");
        var reason = Text("--reason", "Only writes refused for this reason, such as OTHER_SIDE", "REASON");
        var resource = Text("--resource", "Only writes to this resource, such as projects/caremag-lacq", "name");
        var from = Options.Date("--from", "Only writes of this day (UTC) or later");
        var to = Options.Date("--to", "Only writes before this day (UTC)");
        var top = new Option<int>("--top")
        {
            Description = $"Only the newest N entries of each service. Default: {DefaultTop}",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultTop,
        };
        top.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--top must be at least 1.");
        });
        var command = new Command("audit", "List accepted and refused writes with caller, time and reason, newest first.")
        {
            sources, caller, side, method, outcome, reason, resource, from, to, top,
        };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var entries = new List<AuditEntry>();
            foreach (var source in parse.GetValue(sources)!)
            {
                var left = parse.GetValue(top);
                var request = new ListAuditEntriesRequest
                {
                    Source = source,
                    Caller = parse.GetValue(caller) ?? "",
                    Side = Options.Country(parse.GetValue(side) ?? ""),
                    Method = parse.GetValue(method) ?? "",
                    Outcome = parse.GetValue(outcome),
                    Reason = parse.GetValue(reason) ?? "",
                    Resource = parse.GetValue(resource) ?? "",
                    FromTime = Begin(parse.GetValue(from)),
                    ToTime = Begin(parse.GetValue(to)),
                    // All pages must use the same size, because a page token belongs to its query; the last page is cut instead.
                    PageSize = Math.Min(left, Pages.Size),
                };
                await foreach (var page in Pages.Walk(request, gateway.Audit.ListAuditEntriesAsync, cancellation))
                {
                    var some = page.AuditEntries.Take(left).ToList();
                    left -= some.Count;
                    if (session.WantsJson(parse))
                        session.WriteJson(new ListAuditEntriesResponse { AuditEntries = { some }, NextPageToken = page.NextPageToken });
                    else
                        entries.AddRange(some);
                    if (left == 0)
                        break;
                }
            }

            if (!session.WantsJson(parse))
                AuditView.Write(session.Console, [.. entries.OrderByDescending(entry => entry.EntryTime).ThenByDescending(entry => entry.EntryId)]);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The option that selects services; all of them by default.</summary>
    internal static Option<string[]> SourceOption()
    {
        var sources = new Option<string[]>("--source")
        {
            Description = $"Only this service: {string.Join(", ", Sources)}. Repeatable",
            HelpName = "service",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [.. Sources],
        };
        sources.AcceptOnlyFromAmong([.. Sources]);
        return sources;
    }

    private static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static Timestamp? Begin(DateOnly? day) =>
        day is { } given ? Timestamp.FromDateTime(given.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)) : null;
}
