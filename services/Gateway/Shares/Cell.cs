using System.Runtime.InteropServices;

namespace Mining.Gateway.Shares;

/// <summary>An amount of one instrument and currency that belongs to one party. Packed, because projects cache hundreds of them.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Cell(byte Instrument, byte Currency, byte Party, long MinorUnits);

/// <summary>Numbers of commitments that count for a measure.</summary>
internal record struct Counts(int Commitments, int Undisclosed, int Undated)
{
    /// <param name="other">The counts to add.</param>
    /// <param name="times">1 to add, -1 to subtract.</param>
    public void Add(Counts other, int times = 1)
    {
        Commitments += times * other.Commitments;
        Undisclosed += times * other.Undisclosed;
        Undated += times * other.Undated;
    }
}
