using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>Changes of figures as lines: for each figure the days, with its value from each day.</summary>
internal sealed class TotalLines
{
    public List<TotalLine> Lines { get; } = [];

    public List<int> Days { get; } = [];

    public List<long> Values { get; } = [];

    /// <param name="figures">The figures with the days of their changes, ordered by <see cref="TotalFigure.On"/>.</param>
    /// <param name="changes">The amount of each change.</param>
    public void Add(ReadOnlySpan<long> figures, ReadOnlySpan<long> changes)
    {
        for (int begin = 0, end; begin < figures.Length; begin = end)
        {
            for (end = begin + 1; end < figures.Length && TotalFigure.In(figures[end]) == TotalFigure.In(figures[begin]);)
                end++;
            AddLine(figures[begin..end], changes[begin..end]);
        }
    }

    /// <summary>Adds the lines of other figures.</summary>
    public void Add(TotalLines others)
    {
        Lines.AddRange(others.Lines.Select(line => line with { End = Days.Count + line.End }));
        Days.AddRange(others.Days);
        Values.AddRange(others.Values);
    }

    /// <summary>A sum beyond 64 bits is split into several lines of the figure, each with the excess over the previous ones.</summary>
    private void AddLine(ReadOnlySpan<long> figures, ReadOnlySpan<long> changes)
    {
        for (Int128 held = 0, most = 1; held < most; held += long.MaxValue)
        {
            var value = Int128.Zero;
            for (var next = 0; next < figures.Length; next++)
            {
                value += changes[next];
                if (next + 1 < figures.Length && figures[next + 1] == figures[next])
                    continue;
                most = Int128.Max(most, value);
                Days.Add(TotalFigure.DayIn(figures[next]));
                Values.Add((long)Int128.Clamp(value - held, 0, long.MaxValue));
            }

            Lines.Add(new(TotalFigure.In(figures[0]), Days.Count));
        }
    }
}
