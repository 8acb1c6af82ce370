namespace Mining.Platform.Errors;

/// <summary>A decision of domain code: a new state or a refusal.</summary>
public readonly record struct Decision<T>
    where T : class
{
    private readonly T? state;
    private readonly Refusal? refusal;

    private Decision(T? state, Refusal? refusal) => (this.state, this.refusal) = (state, refusal);

    /// <summary>The refusal; null if the change is allowed.</summary>
    public Refusal? Refusal => refusal;

    /// <summary>The new state.</summary>
    /// <exception cref="RefusedException">The change was refused.</exception>
    public T OrThrow() => refusal is null ? state! : throw new RefusedException(refusal);

#pragma warning disable CA1000, CA2225 // the conversions let domain code return either one
    public static implicit operator Decision<T>(T state) => new(state, null);

    public static implicit operator Decision<T>(Refusal refusal) => new(null, refusal);
#pragma warning restore CA1000, CA2225
}
