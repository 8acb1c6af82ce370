using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.Proposals.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining proposals</c>: manages decisions that need the approval of several sides.</summary>
internal static class ProposalCommands
{
    /// <summary>The services that have proposals.</summary>
    private static readonly string[] Sources = ["projects", "investors"];

    public static Command Build(Session session) => new("proposals", "Manage joint decisions: raise, approve and reject proposals.")
    {
        List(session), Show(session), Raise(session), Approve(session), Reject(session), Withdraw(session), Watch(session),
    };

    private static Argument<string> Id() => new("id") { Description = "The proposal's id, such as investors-17, or its resource name" };

    private static Option<string?> Reason(string description, bool required = false) =>
        new("--reason") { Description = description, HelpName = "text", Required = required };

    private static Command List(Session session)
    {
        var states = Options.Choices<ProposalState>("--state", "Only proposals in this state");
        var command = new Command("list", "List proposals that you may see, newest first.") { states };
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
        var command = new Command("show", "Show a proposal with its command and its votes.") { id };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(
            session, parse, await gateway.Proposals.GetProposalAsync(new() { Name = Name(parse, id) }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Raise(Session session)
    {
        var method = new Argument<string>("method") { Description = $"The method to propose: {string.Join(", ", ProposedRequest.Methods)}" };
        var file = new Option<FileInfo?>("--file") { Description = "The request as JSON, without request_id. Default: standard input", HelpName = "FILE" };
        var reason = Reason("The reason", required: true);
        var until = Options.Date("--until", "Last day for a decision (UTC). Default: 30 days from now");
        var validateOnly = new Option<bool>("--validate-only") { Description = "Validate the proposal without raising it" };
        var command = new Command("raise", "Raise a proposal on behalf of your side.") { method, file, reason, until, validateOnly };
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
        var (id, reason) = (Id(), Reason("A comment"));
        var command = new Command("approve", "Approve a proposal for your side. The last approval executes its command.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.ApproveProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Reject(Session session)
    {
        var (id, reason) = (Id(), Reason("The reason", required: true));
        var command = new Command("reject", "Reject a proposal, which closes it.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.RejectProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Withdraw(Session session)
    {
        var (id, reason) = (Id(), Reason("The reason"));
        var command = new Command("withdraw", "Withdraw a proposal of your side, which closes it.") { id, reason };
        session.SetAction(command, async (parse, gateway, cancellation) => Answer(session, parse, await gateway.Proposals.WithdrawProposalAsync(
            new() { Name = Name(parse, id), Reason = parse.GetValue(reason) ?? "" }, Gateway.Unary(cancellation))));
        return command;
    }

    private static Command Watch(Session session)
    {
        var command = new Command("watch", "Print open proposals, and then every change to a proposal, until Ctrl+C.");
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            // If one stream ends, end both: with only one of them, missing changes would look like silence.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var watches = Sources.Select(source => Follow(session, parse, gateway, source, ending.Token)).ToList();
            try
            {
                await await Task.WhenAny(watches);
            }
            catch (Exception exception) when (exception is OperationCanceledException or RpcException && cancellation.IsCancellationRequested)
            {
                // Ctrl+C is the normal end of a watch.
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
