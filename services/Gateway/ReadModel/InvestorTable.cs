using Mining.Gateway.Facts;

namespace Mining.Gateway.ReadModel;

/// <summary>The writer's investors, each with a small number instead of its name. A place is given out when an investor is first named.</summary>
internal sealed class InvestorTable
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<InvestorFacts?> known = [];
    private readonly HashSet<int> changed = [];

    /// <summary>Places whose investor is new or newer since the last publication.</summary>
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
