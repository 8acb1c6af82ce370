using System.Globalization;

namespace Mining.Gateway.Shares;

/// <summary>The sort key of a row: smaller first, ties by name. A page ends at a rank, and the next one starts after it.</summary>
internal readonly record struct Rank(int Group, decimal Value, string Name) : IComparable<Rank>
{
    public static Rank ByName(string name) => new(0, 0, name);

    /// <summary>Descending by value; rows without a value come last.</summary>
    public static Rank LargestFirst(long? value, string name) => new(value is null ? 1 : 0, -(value ?? 0m), name);

    public int CompareTo(Rank other)
    {
        var order = Group != other.Group ? Group.CompareTo(other.Group) : Value.CompareTo(other.Value);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>The position in a page token, which <see cref="TryRead"/> parses.</summary>
    public string[] ToPosition() => [Group.ToString(CultureInfo.InvariantCulture), Value.ToString(CultureInfo.InvariantCulture), Name];

    public static bool TryRead(string[] position, out Rank rank)
    {
        rank = default;
        if (position is not [var groupText, var valueText, var name]
            || !int.TryParse(groupText, NumberStyles.None, CultureInfo.InvariantCulture, out var group)
            || !decimal.TryParse(valueText, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        rank = new Rank(group, value, name);
        return true;
    }
}
