using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.Proposals.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining proposals</c>: what concerns several sides is proposed, approved or rejected.</summary>
internal static class ProposalCommands
{
    /// <summary>The services that have proposals.</summary>
    private static readonly string[] Sources = ["projects", "investors"];

    public static Command Build(Session session) => new("proposals", "Joint decisions: propose what concerns both sides, approve or reject it.")
    {
        List(session), Show(session), Raise(session), Approve(session), Reject(session), Withdraw(session), Watch(session),
    };

    private static Argument<string> Id() => new("id") { Description = "The proposal's id, such as investors-17, or its resource name" };

    private static Option<string?> Reason(string description, bool required = false) =>
        new("--reason") { Description = description, HelpName = "text", Required = required };

    private static Command List(Session session)
    {
        var states = Options.Choices<ProposalState>("--state", "Only proposals in this state");
        var command = new Command("list", "The proposals that you may see, latest first.") { states };
        session.SetAction(command, (parse, gateway, cancellation) => session.List(
            parse,
            Sources.Select(source =>
                new ListProposalsRequest { Source = source, PageSize = Pages.Size, States = { parse.GetValue(states) ?? [] } }),
            gateway.Proposals.ListProposalsAsync,
            pages => ProposalView.WriteList(
                session.Console, [.. pages.SelectMany(page => page.Proposals).OrderByDescending(proposal => proposal.CreateTime)]),
            cancellation));
        return command;
    }

    private static Command Show(Session session)
    {
        var id = Id();
        var command = new Command("show", "One proposal with its command, and who has said what.") { id };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(
            session, parse, await gateway.Proposals.GetProposalAsync(new() { Name = Name(parse, id) }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Raise(Session session)
    {
        var method = new Argument<string>("method") { Description = $"The method to propose: {string.Join(", ", ProposedRequest.Methods)}" };
        var file = new Option<FileInfo?>("--file") { Description = "Its request as JSON, without request_id. Default: the standard input", HelpName = "FILE" };
        var reason = Reason("Why", required: true);
        var until = Options.Date("--until", "The last day on which it can be decided on (UTC). Default: 30 days from now");
        var validateOnly = new Option<bool>("--validate-only") { Description = "Only ask whether it would be taken" };
        var command = new Command("raise", "Propose a command, in the name of your side.") { method, file, reason, until, validateOnly };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new RaiseProposalRequest
            {
                Command = Any.Pack(await ProposedRequest.Read(parse.GetRequiredValue(method), parse.GetValue(file), session.Input, cancellation)),
                Reason = parse.GetValue(reason) ?? "",
                ExpireTime = parse.GetValue(until) is { } day ? Timestamp.FromDateTime(day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)) : null,
                ValidateOnly = parse.GetValue(validateOnly),
            };
            return Answer(session, parse, await gateway.Proposals.RaiseProposalAsync(request, Gateway.Unary(cancellation)));
        });
        return command;
    }

    private static Command Approve(Session session)
    {
        var (id, reason) = (Id(), Reason("Anything to say with it"));
        var command = new Command("approve", "Approve a proposal for your side; with the last approval its command is done.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.ApproveProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Reject(Session session)
    {
        var (id, reason) = (Id(), Reason("Why", required: true));
        var command = new Command("reject", "Reject a proposal, which ends it.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.RejectProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Withdraw(Session session)
    {
        var (id, reason) = (Id(), Reason("Why"));
        var command = new Command("withdraw", "Withdraw a proposal of your side, which ends it.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.WithdrawProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Watch(Session session)
    {
        var command = new Command("watch", "The open proposals, and each that is raised or changes, until Ctrl+C.");
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            // Whoever ends first ends the other: a watch that sees half of it would look like a quiet one.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var watches = Sources.Select(source => Follow(session, parse, gateway, source, ending.Token)).ToList();
            try
            {
                await await Task.WhenAny(watches);
            }
            catch (Exception exception) when (exception is OperationCanceledException or RpcException && cancellation.IsCancellationRequested)
            {
                // Ctrl+C is how a watch ends.
            }
            finally
            {
                await ending.CancelAsync();
                await Task.WhenAll(watches).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task Follow(Session session, ParseResult parse, Gateway gateway, string source, CancellationToken cancellation)
    {
        using var call = gateway.Proposals.WatchProposals(new() { Source = source }, Gateway.Stream(cancellation));
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            lock (session)
            {
                if (session.WantsJson(parse))
                    session.WriteJson(response);
                else if (response.Proposal is { } proposal)
                    session.WriteLine($"{session.Time.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {ProposalView.Line(proposal)}");
            }
        }
    }

    private static string Name(ParseResult parse, Argument<string> id) => ResourceNames.Full(ResourceNames.Proposals, parse.GetRequiredValue(id));

    private static int Answer(Session session, ParseResult parse, Proposal proposal)
    {
        if (session.WantsJson(parse))
            session.WriteJson(proposal);
        else
            ProposalView.Write(session.Console, proposal);
        return ExitCode.Ok;
    }
}
