using System.Runtime.InteropServices;

namespace Mining.Gateway.Shares;

/// <summary>
/// What one cell of a project gains or loses from a day on, and how many commitments more or fewer count since. Packed: each commitment
/// makes two or three of these.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct Step(int from, int measure, byte instrument, byte currency, int party, Counts counts, long minorUnits)
{
    private const int Bits = 2;
    private const int Mask = (1 << Bits) - 1;

    /// <summary>What is added is -1, 0 or 1.</summary>
    private readonly byte counts = (byte)((counts.Commitments + 1) | ((counts.Undisclosed + 1) << Bits) | ((counts.Undated + 1) << (2 * Bits)));

    public int From { get; } = from;

    /// <summary>Of the measure and instrument among the counts of a project.</summary>
    public byte Place { get; } = (byte)(measure * Instruments.Count + instrument);

    public byte Currency { get; } = currency;

    public byte Party { get; } = (byte)party;

    public long MinorUnits { get; } = minorUnits;

    public Counts Counts => new((counts & Mask) - 1, ((counts >> Bits) & Mask) - 1, (counts >> (2 * Bits)) - 1);
}
