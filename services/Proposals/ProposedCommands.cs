using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Common.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;

namespace Mining.Proposals;

/// <summary>The commands that can be proposed. A proposal uses the same validation and the same work as a direct call.</summary>
internal static class ProposedCommands
{
    /// <summary>The commands that can be proposed.</summary>
    public static IEnumerable<ICommandFeature> Proposable(this FeatureCatalogue features) =>
        features.Commands.Where(command => command.CanBeProposed);

    /// <summary>The command with a type of request, for example <c>mining.projects.v1.ChangeStageRequest</c>; null if there is none.</summary>
    public static ICommandFeature? FindProposable(this FeatureCatalogue features, string type) =>
        features.Proposable().FirstOrDefault(command => command.Request.FullName == type);

    /// <summary>Unpacks a request. Adds a violation if its bytes are invalid.</summary>
    public static IMessage? Unpack(this ICommandFeature command, Any packed, string path, Violations violations)
    {
        try
        {
            var request = command.Request.Parser.ParseFrom(packed.Value);
            foreach (var field in (string[])["request_id", "validate_only"])
            {
                if (command.Request.FindFieldByName(field) is { } found && found.Accessor.GetValue(request) is not ("" or false))
                    violations.Add($"{path}.{field}", "must be empty; set it on the request that raises the proposal.");
            }

            return request;
        }
        catch (InvalidProtocolBufferException)
        {
            violations.Add($"{path}.value", $"is not a valid {command.Request.FullName}.");
            return null;
        }
    }

    /// <summary>Prepares a command. All violations, including later ones, are prefixed with a path.</summary>
    public static Func<UnitOfWork, Task<IVersionedResource>>? Prepare(
        this ICommandFeature command, IMessage request, string path, Violations violations)
    {
        var own = new Violations();
        try
        {
            var decide = command.Prepare(request, own);
            own.ThrowIfAny();
            return work => Decide(work, decide, path);
        }
        catch (RefusedException refused) when (refused.Refusal.Fields.Count > 0)
        {
            foreach (var field in refused.Refusal.Under(path).Fields)
                violations.Add(field.Field, field.Description);
            return null;
        }
    }

    private static async Task<IVersionedResource> Decide(UnitOfWork work, Func<UnitOfWork, Task<IVersionedResource>> decide, string path)
    {
        try
        {
            return await decide(work);
        }
        catch (RefusedException refused) when (refused.Refusal.Fields.Count > 0)
        {
            throw new RefusedException(Refusal.Invalid(refused.Refusal.Under(path).Fields));
        }
    }
}
