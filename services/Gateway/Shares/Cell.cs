using System.Runtime.InteropServices;

namespace Mining.Gateway.Shares;

/// <summary>Money of one instrument and currency that belongs to one party. Packed: projects keep a few hundred of these.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Cell(byte Instrument, byte Currency, byte Party, long MinorUnits);

/// <summary>How many commitments count for a measure.</summary>
internal record struct Counts(int Commitments, int Undisclosed, int Undated)
{
    /// <param name="other">Further commitments.</param>
    /// <param name="times">1; or -1 to take them out.</param>
    public void Add(Counts other, int times = 1)
    {
        Commitments += times * other.Commitments;
        Undisclosed += times * other.Undisclosed;
        Undated += times * other.Undated;
    }
}
