using System.Globalization;
using System.Text;
using Mining.Simulation.Histories;

namespace Mining.Simulation;

/// <summary>The totals over many histories.</summary>
internal sealed class Totals
{
    private readonly FaultTally faults = new();
    private readonly SortedDictionary<string, long> answers = new(StringComparer.Ordinal);
    private long changes;
    private TimeSpan virtualTime;

    public int Histories { get; private set; }

    public IReadOnlyDictionary<string, long> Faults => faults.Counts;

    public void Add(Outcome outcome)
    {
        Histories++;
        changes += outcome.Changes;
        virtualTime += outcome.VirtualTime;
        faults.Add(outcome.Faults);
        foreach (var (answer, count) in outcome.Answers)
            answers[answer] = answers.GetValueOrDefault(answer) + count;
    }

    public string ToString(TimeSpan elapsed)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Histories} histories in {elapsed.TotalSeconds:0} s: {virtualTime.TotalHours:0.0} hours of virtual time, {changes} changes compared.");
        text.AppendLine("Answers:");
        foreach (var (answer, count) in answers)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {count,9} {answer}");
        text.AppendLine("Injected faults:");
        foreach (var (fault, count) in faults.Counts)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {count,9} {fault}");
        return text.ToString();
    }
}
