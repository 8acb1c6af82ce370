using Mining.Portfolio.V1;

namespace Mining.Simulation.Model;

/// <summary>What one side carries of one measure.</summary>
/// <param name="JointOnly">Over joint projects only; otherwise over all.</param>
/// <param name="Side">The side's id, or <c>OUTSIDE</c>.</param>
/// <param name="SharePpm">Null: there is nothing to share.</param>
public sealed record Cell(Measure Measure, bool JointOnly, string Side, long MinorUnits, int? SharePpm);

/// <summary>A currency has no rate on or before the rate date: the figure cannot be given.</summary>
public sealed class NoRateException(string currency, DateOnly rateDate) : Exception($"{currency} has no rate on or before {rateDate:yyyy-MM-dd}.")
{
    public string Currency => currency;
}
