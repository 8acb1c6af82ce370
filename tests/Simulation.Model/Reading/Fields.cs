using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Mining.Simulation.Model.Reading;

/// <summary>The fields that an update changes.</summary>
internal static class Fields
{
    /// <summary>
    /// The fields of the mask; `*` means all mutable fields; without a mask, all non-empty ones. Null: the mask is invalid.
    /// </summary>
    public static IReadOnlyList<string>? ToChange(IMessage resource, FieldMask? mask, IReadOnlyList<string> changeable)
    {
        if (mask is null || mask.Paths.Count == 0)
            return [.. changeable.Where(field => !IsEmpty(resource, field))];
        if (mask.Paths.Contains("*"))
            return mask.Paths.Count == 1 ? changeable : null;
        return mask.Paths.All(changeable.Contains) ? mask.Paths : null;
    }

    /// <summary>A copy of the present resource with the requested values of these fields.</summary>
    public static T With<T>(T present, T asked, IReadOnlyList<string> fields)
        where T : class, IMessage<T>
    {
        var changed = present.Clone();
        var values = asked.Clone();
        foreach (var field in fields.Select(field => Descriptor(changed, field)))
        {
            if (field.IsRepeated)
                Replace((IList)field.Accessor.GetValue(changed), (IList)field.Accessor.GetValue(values));
            else
                field.Accessor.SetValue(changed, field.Accessor.GetValue(values));
        }

        return changed;
    }

    private static void Replace(IList list, IList by)
    {
        list.Clear();
        foreach (var item in by)
            list.Add(item);
    }

    private static bool IsEmpty(IMessage message, string name)
    {
        var field = Descriptor(message, name);
        return field.Accessor.GetValue(message) switch
        {
            null => true,
            string text => text.Length == 0,
            IList list => list.Count == 0,
            System.Enum value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) == 0,
            _ => false,
        };
    }

    private static FieldDescriptor Descriptor(IMessage message, string name) => message.Descriptor.FindFieldByName(name);
}
