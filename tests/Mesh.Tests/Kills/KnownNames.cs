namespace Mining.Mesh.Tests.Kills;

/// <summary>What the clients know to be there, for later commands to refer to.</summary>
internal sealed class KnownNames
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<string>> names = new(StringComparer.Ordinal);

    public void Add(string name)
    {
        lock (gate)
        {
            var collection = name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)];
            if (!names.TryGetValue(collection, out var known))
                names.Add(collection, known = []);
            known.Add(name);
        }
    }

    /// <summary>One of a collection, for example <c>projects/</c>; one that is not there when none is known.</summary>
    public string Any(string collection, Random random)
    {
        lock (gate)
            return names.TryGetValue(collection, out var known) ? known[random.Next(known.Count)] : $"{collection}nobody-knows";
    }
}
