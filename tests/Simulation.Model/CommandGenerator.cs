using Google.Protobuf;
using Mining.Common.V1;
using Mining.Simulation.Model.Commands;

namespace Mining.Simulation.Model;

/// <summary>
/// Commands from a seed. Each is made from the random source alone, never from a state, so that a history can be cut short and
/// still be the same commands. The ids, dates and amounts come from small pools, so that most of them can be accepted and many meet.
/// </summary>
public sealed class CommandGenerator(ulong seed)
{
    /// <summary>The partnership that commands are about.</summary>
    public const string Partnership = "partnerships/eu-us";

    /// <summary>Stands for the etag that the resource has when the command is sent; <see cref="WithPresentEtag"/> puts it in.</summary>
    public const string PresentEtag = "(present)";

    private static readonly (int Weight, Func<Random, IMessage> Make)[] Kinds =
    [
        (6, ProjectCommands.Create), (12, ProjectCommands.Update), (8, ProjectCommands.ChangeStage),
        (7, ProjectCommands.RecordMilestone), (6, ProjectCommands.RecordPermit),
        (4, InvestorCommands.Create), (7, InvestorCommands.Update), (2, InvestorCommands.UpdatePartnership), (6, InvestorCommands.PublishRates),
        (11, CommitmentCommands.Create), (10, CommitmentCommands.Update), (6, CommitmentCommands.Sign), (1, CommitmentCommands.Cancel),
        (12, CommitmentCommands.Pay),
        (3, RefiningCommands.Create), (7, RefiningCommands.Update), (6, RefiningCommands.Reserve), (3, RefiningCommands.Release),
    ];

    private readonly Random random = new(unchecked((int)(seed ^ (seed >> 32))));

    /// <summary>The next command of this seed.</summary>
    public IMessage Next() => Next(random);

    /// <summary>A command; its `request_id` is empty.</summary>
    public static IMessage Next(Random random)
    {
        var at = random.Next(Kinds.Sum(kind => kind.Weight));
        foreach (var (weight, make) in Kinds)
        {
            if (at < weight)
                return make(random);
            at -= weight;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    /// <summary>The command with <see cref="PresentEtag"/> replaced by the etag that this state has; without one, by none.</summary>
    public static IMessage WithPresentEtag(IMessage request, Func<string, IVersionedResource?> find)
    {
        if (request.Descriptor.FindFieldByName("etag") is not { } field || (string)field.Accessor.GetValue(request) != PresentEtag)
            return request;
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteString());
        field.Accessor.SetValue(copy, find(TargetOf(request) ?? "")?.Etag ?? "");
        return copy;
    }

    /// <summary>The name of the resource that a command is about; null for one whose name the service makes.</summary>
    public static string? TargetOf(IMessage request)
    {
        if (request.Descriptor.FindFieldByName("name") is { } name)
            return (string)name.Accessor.GetValue(request);
        return request.Descriptor.Fields.InDeclarationOrder()
            .Where(field => field.FieldType == Google.Protobuf.Reflection.FieldType.Message && !field.IsRepeated)
            .Select(field => field.Accessor.GetValue(request))
            .OfType<IVersionedResource>()
            .Select(resource => resource.Name)
            .FirstOrDefault(resource => resource.Length > 0);
    }
}
