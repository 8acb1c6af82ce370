using Mining.Gateway.Facts;

namespace Mining.Gateway.ReadModel;

/// <summary>The writer's investors with a small index for each name. The index is assigned when an investor is first referenced.</summary>
internal sealed class InvestorTable
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<InvestorFacts?> known = [];
    private readonly HashSet<int> changed = [];

    /// <summary>Indexes of investors that changed since the last publication.</summary>
    public IReadOnlyCollection<int> Changed => changed;

    public bool HasChanged { get; private set; }

    public int PlaceOf(string name)
    {
        if (places.TryGetValue(name, out var place))
            return place;
        places.Add(name, place = known.Count);
        known.Add(null);
        HasChanged = true;
        return place;
    }

    public bool Put(InvestorFacts next)
    {
        var place = PlaceOf(next.Name);
        if (known[place]?.Version >= next.Version)
            return false;
        known[place] = next;
        changed.Add(place);
        return HasChanged = true;
    }

    public InvestorFacts?[] ToArray() => [.. known];

    public void ChangesArePublished()
    {
        changed.Clear();
        HasChanged = false;
    }

    public void Clear()
    {
        places.Clear();
        known.Clear();
        changed.Clear();
        HasChanged = true;
    }
}
