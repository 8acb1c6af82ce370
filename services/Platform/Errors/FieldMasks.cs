using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Primitives.Catalogues;

namespace Mining.Platform.Errors;

/// <summary>Update masks over the top-level fields of a resource (AIP-134).</summary>
public static class FieldMasks
{
    private static readonly FieldMask.MergeOptions Replace = new()
    {
        ReplaceMessageFields = true,
        ReplacePrimitiveFields = true,
        ReplaceRepeatedFields = true,
    };

    /// <summary>
    /// Returns the present resource with the masked fields of the proposed one. <c>*</c> selects all changeable fields; no mask selects the
    /// fields that are set in the proposed resource.
    /// </summary>
    public static T Merge<T>(T present, T proposed, FieldMask? mask, IReadOnlyList<string> changeable, Violations violations)
        where T : class, IMessage<T>, new()
    {
        var merged = present.Clone();
        Take(Paths(proposed, mask, changeable, violations), proposed, merged);
        return merged;
    }

    private static void Take<T>(IEnumerable<string> paths, T source, T destination)
        where T : IMessage<T> => new FieldMask { Paths = { paths } }.Merge(source, destination, Replace);

    private static IEnumerable<string> Paths<T>(T proposed, FieldMask? mask, IReadOnlyList<string> changeable, Violations violations)
        where T : class, IMessage<T>, new()
    {
        if (mask is null || mask.Paths.Count == 0)
            return changeable.Where(path => !IsEmpty(proposed, path));
        if (mask.Paths is ["*"])
            return changeable;
        for (var i = 0; i < mask.Paths.Count; i++)
        {
            if (!changeable.Contains(mask.Paths[i]))
                violations.Add($"update_mask.paths[{i}]", $"{Quote.Of(mask.Paths[i])} cannot be changed; allowed are: {string.Join(", ", changeable)}, or '*'.");
        }

        return mask.Paths.Where(changeable.Contains);
    }

    private static bool IsEmpty<T>(T proposed, string path)
        where T : class, IMessage<T>, new()
    {
        var only = new T();
        Take([path], proposed, only);
        return only.CalculateSize() == 0;
    }
}
