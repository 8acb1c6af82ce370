namespace Mining.Platform.Hosting;

/// <summary>Which service this is: the <c>source</c> of its changes, and the name by which the mesh knows it.</summary>
public sealed record ServiceIdentity(string Name);
