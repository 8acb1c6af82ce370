using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Settings;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// Proposes a command. A dry run of the command comes first, in the transaction that records the proposal. Errors: those of the command;
/// INVALID_ARGUMENT; PERMISSION_DENIED (OTHER_SIDE); FAILED_PRECONDITION (JOINT_DECISION_NOT_NEEDED, TOO_MANY_OPEN_PROPOSALS); UNAVAILABLE
/// (INVESTORS_UNREACHABLE) if the service cannot check which sides require two approvers (four eyes).
/// </summary>
public sealed class RaiseProposal(Committer committer, FeatureCatalogue features, IFourEyesSides fourEyes, ServiceIdentity service)
{
    /// <summary>Maximum number of open proposals of a side per service.</summary>
    public const int MaxOpenProposals = 100;

    /// <summary>Maximum size of a command in bytes.</summary>
    public const int MaxCommandBytes = 256 << 10;

    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    /// <summary>Default, minimum and maximum lifetime of a proposal.</summary>
    public static readonly TimeSpan DefaultLife = TimeSpan.FromDays(30), MinLifetime = TimeSpan.FromHours(1), MaxLifetime = TimeSpan.FromDays(365);

    public async Task<Proposal> Run(RaiseProposalRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var (kind, message, decide) = ReadCommand(request.Command, violations);
        violations.CheckText("reason", request.Reason, MaxReasonLength, required: true);
        violations.ThrowIfAny();

        // Called before the commit: another service must not block the single writer.
        await kind!.RequireDependencies(message!, cancellation);
        var withFourEyes = await fourEyes.Read(cancellation);
        return await committer.Run(command, Raise, cancellation);

        async Task<Proposal> Raise(UnitOfWork work)
        {
            // Checked here and not earlier, so that a repeated request id gets the first response even if the time has become too short.
            var expires = ReadExpiry(request.ExpireTime, work.Now);
            var (sides, resource) = await DryRun(work, kind, decide!);
            if (sides.Count == 0)
            {
                throw new RefusedException(Refusal.Precondition(
                    "JOINT_DECISION_NOT_NEEDED", resource, $"{kind.Method.Name} of {resource} needs no other side's approval: call {kind.Method.Name} itself."));
            }

            var proposal = new Proposal
            {
                Name = ProposalName.Of(service.Name, work.LastSequence + 1),
                Command = request.Command,
                ExpireTime = expires,
                Resource = resource,
            };
            var raised = Voting.Raise(proposal, sides, withFourEyes, work.Caller, request.Reason, work.Now).OrThrow();
            foreach (var side in raised.Raising.Sides)
            {
                if (await ProposalStore.CountOpen(work, side) >= MaxOpenProposals)
                {
                    throw new RefusedException(Refusal.Precondition(
                        "TOO_MANY_OPEN_PROPOSALS", raised.Name, $"{side} already has {MaxOpenProposals} open proposals, the maximum."));
                }
            }

            // The number is the sequence of the proposal's first change, so the proposal is saved before an immediate effect.
            var saved = await ProposalStore.Save(work, before: null, raised);
            return Voting.IsAgreed(saved) ? await ApproveProposal.TakeEffect(work, saved, saved, kind, decide!) : saved;
        }
    }

    /// <summary>
    /// Determines the sides and the record that the command concerns. The command is refused as it would be with all approvals, but with
    /// the caller's own permissions: nobody can propose a change to another side's own record, or learn about it by trying.
    /// </summary>
    private static Task<(IReadOnlyList<string> Sides, string Resource)> DryRun(UnitOfWork work, ICommandFeature kind, Func<UnitOfWork, Task<IVersionedResource>> decide) =>
        work.OnBehalfOf(work.Caller, kind.Method.Name, own => own.DryRun(async trial =>
        {
            var resource = await decide(trial);
            return (trial.AssumedApprovals, resource.Name);
        }));

    private (ICommandFeature? Kind, IMessage? Message, Func<UnitOfWork, Task<IVersionedResource>>? Decide) ReadCommand(Any? command, Violations violations)
    {
        if (command is null)
        {
            violations.Add("command", $"must be given, one of: {Choices()}.");
            return default;
        }

        var type = Any.GetTypeName(command.TypeUrl);
        var kind = features.FindProposable(type);
        if (kind is null)
            violations.Add("command.type_url", $"{Quote.Of(command.TypeUrl)} cannot be proposed here; allowed are: {Choices()}.");
        else if (command.Value.Length > MaxCommandBytes)
            violations.Add("command.value", $"has {command.Value.Length} bytes; at most {MaxCommandBytes} are allowed.");
        else if (kind.Unpack(command, "command", violations) is { } message)
            return (kind, message, kind.Prepare(message, "command", violations));
        return default;

        string Choices() => string.Join(", ", features.Proposable().Select(known => known.Request.FullName));
    }

    private static Timestamp ReadExpiry(Timestamp? given, DateTimeOffset now)
    {
        if (given is null)
            return Microseconds.ToTimestamp(Microseconds.From(now + DefaultLife));
        // Checked before the conversion: a timestamp on the wire may be outside the range of DateTime.
        var seconds = given.Seconds - now.ToUnixTimeSeconds();
        if (given.Nanos is < 0 or > 999_999_999 || seconds < MinLifetime.TotalSeconds - 1 || seconds > MaxLifetime.TotalSeconds + 1)
        {
            throw new RefusedException(Refusal.Invalid("expire_time", "must be 1 hour to 365 days from now."));
        }

        return Microseconds.ToTimestamp(Microseconds.From(given));
    }
}
