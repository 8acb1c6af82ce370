using System.IO.Hashing;
using System.Text;

namespace Mining.Simulation.Kernel;

/// <summary>
/// Random draws that depend on their subject and not on the number of earlier draws, so that removing one event of a history does not
/// change the luck of the others.
/// </summary>
internal sealed class Fate(int seed)
{
    private const int Million = 1_000_000;

    /// <summary>True with a probability in parts per million.</summary>
    public bool Strikes(int ppm, string about) => ppm > 0 && Draw(about) % Million < (ulong)ppm;

    /// <summary>A time from zero to a maximum.</summary>
    public TimeSpan Within(TimeSpan longest, string about) => TimeSpan.FromTicks((long)(Draw(about) % (ulong)(longest.Ticks + 1)));

    private ulong Draw(string about) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(about), seed);
}
