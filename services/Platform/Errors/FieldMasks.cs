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

    /// <summary>
    /// Reads a mask and returns the merge of the masked fields into a resource. Adds a violation for each path that is not changeable.
    /// </summary>
    /// <param name="proposed">The proposed resource.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="changeable">The fields that can be changed.</param>
    /// <param name="violations">The violations of the request.</param>
    /// <param name="path">The field of the proposed resource, for the violations of the merged one.</param>
    /// <param name="check">Checks the merged resource. The merge refuses it with INVALID_ARGUMENT if there are violations.</param>
    public static Func<T, T> Read<T>(
        T proposed,
        FieldMask? mask,
        IReadOnlyList<string> changeable,
        Violations violations,
        string path,
        Action<T, string, Violations> check)
        where T : class, IMessage<T>, new()
    {
        Merge(new T(), proposed, mask, changeable, violations);
        return present =>
        {
            var problems = new Violations();
            var merged = Merge(present, proposed, mask, changeable, problems);
            check(merged, path, problems);
            problems.ThrowIfAny();
            return merged;
        };
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
