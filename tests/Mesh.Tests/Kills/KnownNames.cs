namespace Mining.Mesh.Tests.Kills;

/// <summary>The resources that clients know to exist, for later commands to refer to.</summary>
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

    /// <summary>A name of a collection, for example <c>projects/</c>; a name that does not exist if none is known.</summary>
    public string Any(string collection, Random random)
    {
        lock (gate)
            return names.TryGetValue(collection, out var known) ? known[random.Next(known.Count)] : $"{collection}nobody-knows";
    }
}
