using System.Globalization;

namespace Mining.Bench.Frame;

/// <summary>A line of the table.</summary>
internal sealed record Line(string Name, Figure Ours, Figure? Yardstick = null, Ratio? Ratio = null, Goal? Goal = null, string Remark = "")
{
    /// <summary>Null: there is no goal.</summary>
    public bool? Met => Goal?.IsMet(Ours, Ratio);

    /// <summary>The pairs of all rounds, ours and the yardstick; the ratio is taken round by round.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="unit">The unit of both.</param>
    /// <param name="yardstick">What the yardstick is.</param>
    /// <param name="rounds">Interleaved: each pair was measured back to back.</param>
    /// <param name="goal">The goal for the ratio of ours to the yardstick.</param>
    /// <param name="remark">A note for the reader.</param>
    public static Line Compare(
        string name, string unit, string yardstick, IReadOnlyList<(double Ours, double Theirs)> rounds, Goal? goal = null, string remark = "") => new(
            name,
            new(Ratio.Median(rounds.Select(round => round.Ours)), unit),
            new(Ratio.Median(rounds.Select(round => round.Theirs)), unit, yardstick),
            Ratio.Of(rounds.Select(round => round.Ours / round.Theirs)),
            goal,
            remark);

    /// <summary>The same for times of which ours should be shorter: the ratio is the factor by which ours is faster.</summary>
    public static Line Faster(
        string name, string unit, string yardstick, IReadOnlyList<(double Ours, double Theirs)> rounds, Goal? goal = null, string remark = "") =>
        Compare(name, unit, yardstick, rounds, goal, remark) with { Ratio = Ratio.Of(rounds.Select(round => round.Theirs / round.Ours)) };
}

/// <summary>A measured value; for a yardstick also its description.</summary>
internal sealed record Figure(double Value, string Unit, string Of = "")
{
    public override string ToString() => (Of == "" ? "" : Of + ": ") + Number(Value) + (Unit == "" ? "" : " " + Unit);

    public static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", >= 0.1 => "N2", 0 => "N0", _ => "N4" }, CultureInfo.InvariantCulture);
}

/// <summary>The median ratio of the rounds, and their spread.</summary>
internal sealed record Ratio(double Middle, double Lowest, double Highest, int Rounds)
{
    public static Ratio Of(IEnumerable<double> ratios)
    {
        var ordered = ratios.Order().ToArray();
        return new(Median(ordered), ordered[0], ordered[^1], ordered.Length);
    }

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered.Length % 2 == 1 ? ordered[ordered.Length / 2] : (ordered[(ordered.Length / 2) - 1] + ordered[ordered.Length / 2]) / 2;
    }

    public override string ToString() =>
        $"{Figure.Number(Middle)} ×" + (Rounds > 1 ? $" ({Figure.Number(Lowest)} to {Figure.Number(Highest)})" : "");
}

/// <summary>The goal of a line, for the ratio or for our figure itself.</summary>
internal sealed record Goal(bool IsFloor, double Limit, bool IsOfRatio = true)
{
    public static Goal AtLeast(double ratio) => new(true, ratio);

    public static Goal MaxRatio(double ratio) => new(false, ratio);

    /// <summary>A goal for our figure, in its unit.</summary>
    public static Goal MaxFigure(double limit) => new(false, limit, IsOfRatio: false);

    /// <summary>Judged by the median of the rounds.</summary>
    public bool IsMet(Figure ours, Ratio? ratio)
    {
        var value = IsOfRatio ? ratio!.Middle : ours.Value;
        return IsFloor ? value >= Limit : value <= Limit;
    }

    public override string ToString() => $"{(IsFloor ? "≥" : "≤")} {Figure.Number(Limit)}{(IsOfRatio ? " ×" : "")}";
}
