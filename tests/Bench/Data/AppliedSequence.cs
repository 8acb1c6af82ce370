using Google.Protobuf;
using Mining.Portfolio.V1;

namespace Mining.Bench.Data;

/// <summary>
/// Reads only the applied sequence of a source from a watcher's message: thousands of watchers share the machine with the measurement.
/// </summary>
internal static class AppliedSequence
{
    /// <summary>Null: the message is a heartbeat.</summary>
    public static long? In(byte[] message, string source)
    {
        using var outer = new CodedInputStream(message);
        while (outer.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) != WatchPortfolioResponse.SummaryFieldNumber)
            {
                outer.SkipLastField();
                continue;
            }

            outer.ReadLength();
            while (outer.ReadTag() is var inner && inner != 0)
            {
                if (WireFormat.GetTagFieldNumber(inner) != PortfolioSummary.FreshnessFieldNumber)
                    outer.SkipLastField();
                else if (SourceFreshness.Parser.ParseFrom(outer.ReadBytes()) is var freshness && freshness.Source == source)
                    return freshness.AppliedSequence;
            }
        }

        return null;
    }
}
