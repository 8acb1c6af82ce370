using Google.Protobuf;
using Mining.Common.V1;
using Mining.Simulation.Model.Commands;

namespace Mining.Simulation.Model;

/// <summary>
/// Commands from a seed. Each depends only on the random source, never on a state, so that a shortened history keeps the same commands.
/// Ids, dates and amounts come from small pools, so that most commands are accepted and many concern the same resource.
/// </summary>
public sealed class CommandGenerator(ulong seed)
{
    /// <summary>The partnership of the commands.</summary>
    public const string Partnership = "partnerships/eu-us";

    /// <summary>A placeholder for the resource's etag when the command is sent; <see cref="WithPresentEtag"/> replaces it.</summary>
    public const string PresentEtag = "(present)";

    /// <summary>The first commands of a history mostly create what later ones refer to.</summary>
    private const int BeginningCount = 120;

    private static readonly (int InBeginning, int Later, Func<Random, IMessage> Make)[] Kinds =
    [
        (16, 1, ProjectCommands.Create), (2, 26, ProjectCommands.Update), (1, 15, ProjectCommands.ChangeStage),
        (1, 16, ProjectCommands.RecordMilestone), (1, 16, ProjectCommands.RecordPermit),
        (12, 1, InvestorCommands.Create), (1, 14, InvestorCommands.Update), (1, 4, InvestorCommands.UpdatePartnership),
        (5, 10, InvestorCommands.PublishRates),
        (24, 5, CommitmentCommands.Create), (2, 22, CommitmentCommands.Update), (6, 6, CommitmentCommands.Sign), (0, 1, CommitmentCommands.Cancel),
        (3, 24, CommitmentCommands.Pay),
        (7, 1, RefiningCommands.Create), (1, 14, RefiningCommands.Update), (4, 5, RefiningCommands.Reserve), (0, 3, RefiningCommands.Release),
    ];

    private readonly Random random = new(unchecked((int)(seed ^ (seed >> 32))));
    private int made;

    /// <summary>The next command of this seed.</summary>
    public IMessage Next() => Next(random, isBeginning: made++ < BeginningCount);

    /// <summary>A command with an empty `request_id`.</summary>
    public static IMessage Next(Random random, bool isBeginning = false)
    {
        var at = random.Next(Kinds.Sum(kind => isBeginning ? kind.InBeginning : kind.Later));
        foreach (var (inBeginning, later, make) in Kinds)
        {
            var weight = isBeginning ? inBeginning : later;
            if (at < weight)
                return make(random);
            at -= weight;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    /// <summary>The command with <see cref="PresentEtag"/> replaced by the etag in this state, or by none.</summary>
    public static IMessage WithPresentEtag(IMessage request, Func<string, IVersionedResource?> find)
    {
        if (request.Descriptor.FindFieldByName("etag") is not { } field || (string)field.Accessor.GetValue(request) != PresentEtag)
            return request;
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteString());
        field.Accessor.SetValue(copy, find(TargetOf(request) ?? "")?.Etag ?? "");
        return copy;
    }

    /// <summary>The name of the resource of a command; null if the service chooses the name.</summary>
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
