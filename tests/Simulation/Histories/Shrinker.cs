namespace Mining.Simulation.Histories;

/// <summary>
/// Shortens a failing history: removes events, in ever smaller pieces, as long as it still fails (Zeller and Hildebrandt, Simplifying and
/// Isolating Failure-Inducing Input, 2002). Bounded, because each attempt is a whole run.
/// </summary>
internal static class Shrinker
{
    public const int MaxTries = 400;

    public static History Shrink(History failing, Func<History, bool> fails)
    {
        var best = failing;
        var tries = 0;
        for (var piece = Math.Max(1, best.Events.Count / 2); ; piece = Math.Max(1, piece / 2))
        {
            var shorter = false;
            for (var start = 0; start < best.Events.Count && tries < MaxTries;)
            {
                var candidate = best with { Events = [.. best.Events.Take(start), .. best.Events.Skip(start + piece)] };
                tries++;
                if (fails(candidate))
                    (best, shorter) = (candidate, true);
                else
                    start += piece;
            }

            if (tries >= MaxTries || piece == 1 && !shorter)
                return best;
        }
    }
}
