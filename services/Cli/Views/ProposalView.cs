using Google.Protobuf.WellKnownTypes;
using Mining.Cli.Shell;
using Mining.Proposals.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows proposals.</summary>
internal static class ProposalView
{
    private const string Indent = "  ";

    public static void WriteList(IAnsiConsole console, IReadOnlyList<Proposal> proposals)
    {
        var table = Tables.Of(
            Tables.Name("Proposal"), Tables.Name("State"), Tables.Text("What"), Tables.Name("Raised by"), Tables.Name("Missing"), Tables.Name("Until"));
        foreach (var proposal in proposals)
        {
            table.Add(
                ResourceNames.Id(proposal.Name), State(proposal), $"{Method(proposal)} of {proposal.Resource}: {proposal.Raising.Reason}",
                proposal.Raising.Caller, proposal.State == ProposalState.Open ? Missing(proposal) : "", Figures.Moment(proposal.ExpireTime)[..10]);
        }

        console.Write(table);
        console.Sentence($"{Figures.Count(proposals.Count, "proposal")}, {Figures.Count(proposals.Count(proposal => proposal.State == ProposalState.Open))} of them open.");
    }

    public static void Write(IAnsiConsole console, Proposal proposal)
    {
        console.Sentence(Line(proposal));
        console.Sentence($"{Indent}raised by {Text(proposal.Raising)}");
        foreach (var vote in proposal.Approvals.Skip(1))
            console.Sentence($"{Indent}approved by {Text(vote)}");
        if (proposal.Closing is { } closing)
            console.Sentence($"{Indent}{State(proposal)} by {Text(closing)}");
        if (proposal.State == ProposalState.Open)
            console.Sentence($"{Indent}open until {Figures.Moment(proposal.ExpireTime)}");
        console.Heading($"{Method(proposal)} as proposed");
        console.Write(new Text(Command(proposal.Command) + Environment.NewLine));
    }

    /// <summary>A proposal on one line.</summary>
    public static string Line(Proposal proposal) => $"{proposal.Name} {State(proposal)}: {Method(proposal)} of {proposal.Resource}" + (proposal.State switch
    {
        ProposalState.Open => $"; needs {Missing(proposal)}",
        ProposalState.TakenEffect => $", version {Figures.Count(proposal.ResourceVersion)}",
        _ => "",
    });

    private static string State(Proposal proposal) => EnumNames.Of(proposal.State).Replace('-', ' ');

    private static string Method(Proposal proposal)
    {
        var type = Any.GetTypeName(proposal.Command?.TypeUrl ?? "");
        var name = type[(type.LastIndexOf('.') + 1)..];
        return name.EndsWith("Request", StringComparison.Ordinal) ? name[..^"Request".Length] : name;
    }

    /// <summary>The sides whose approval is missing; with the number of people if more than one is missing.</summary>
    private static string Missing(Proposal proposal) => string.Join(", ", proposal.NeededApprovals
        .Select(needed => (needed.SideId, Count: needed.PeopleCount - proposal.Approvals.Where(vote => vote.Sides.Contains(needed.SideId)).Select(vote => vote.Caller).Distinct().Count()))
        .Where(needed => needed.Count > 0)
        .Select(needed => needed.Count == 1 ? needed.SideId : $"{needed.SideId} ({Figures.Count(needed.Count)} people)"));

    private static string Text(Vote vote) =>
        $"{vote.Caller} for {string.Join(" and ", vote.Sides)}, {Figures.Moment(vote.VoteTime)}{(vote.Reason.Length > 0 ? $": {vote.Reason}" : "")}";

    private static string Command(Any? command)
    {
        if (command is null)
            return Figures.None;
        var type = Session.KnownTypes.Find(Any.GetTypeName(command.TypeUrl));
        return type is null
            ? $"{command.TypeUrl} (unknown to this version of mining)"
            : Session.Indented.Format(type.Parser.ParseFrom(command.Value));
    }
}
