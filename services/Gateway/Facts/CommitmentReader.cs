using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Mining.Investors.V1;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Facts;

/// <summary>
/// Converts a commitment to facts, except the index of its investor. The dates are adjusted so that each measure contains the next at every
/// date. A partial date counts from its first day, so a signing may precede its announcement, or a payment its signing; the commitment is
/// then pledged, or committed, from that earlier day. An event without a date counts from the event that it presupposes.
/// </summary>
internal static class CommitmentReader
{
    public static CommitmentFacts Read(Commitment commitment, ByteString state, long version)
    {
        var currency = CurrencyIndex.Read(commitment.CurrencyCode);
        var announcement = Day.Read(commitment.AnnouncementDate);
        var announced = announcement?.FirstDay.DayNumber ?? Day.Always;
        var signed = commitment.Signing is null ? Day.Never : Day.Of(commitment.Signing.Date);
        if (signed == Day.Never && commitment.Disbursements.Count > 0)
            signed = Day.Always;

        var firstPaid = FirstPaid(commitment);
        var pledgedFrom = Math.Min(announced, Math.Min(signed == Day.Always ? Day.Never : signed, firstPaid));
        var committedFrom = signed == Day.Never ? Day.Never : Math.Max(pledgedFrom, Math.Min(signed, firstPaid));
        var first = commitment.AmountHistory.Count == 0 ? commitment.Amount : commitment.AmountHistory[0].Amount;
        return new CommitmentFacts
        {
            State = BytesThatBeginWithName(commitment, state),
            History = commitment.AmountHistory.Count > 1 || commitment.Disbursements.Count > 0 ? HistoryOf(commitment, committedFrom, currency) : null,
            Amount = ReadAmount(first, currency),
            Version = version,
            PledgedFrom = pledgedFrom,
            CommittedFrom = committedFrom,
            CancelledFrom = commitment.Cancellation is null ? Day.Never : Day.Of(commitment.Cancellation.Date),
            AnnouncementYear = (short)(announcement?.Year ?? 0),
            Currency = currency,
            Instrument = commitment.Instrument is >= Instrument.Equity and <= Instrument.Offtake
                ? commitment.Instrument
                : throw new InvalidDataException($"The instrument {commitment.Instrument} is unknown."),
            IsConfidential = commitment.Confidential,
            IsAdditive = commitment.CountingBasis is CountingBasis.Additive or CountingBasis.Unspecified,
        };
    }

    /// <summary>The first day on which a payment was made.</summary>
    private static int FirstPaid(Commitment commitment)
    {
        var first = Day.Never;
        foreach (var payment in commitment.Disbursements)
        {
            var day = Day.Of(payment.Date);
            first = day == Day.Always ? first : Math.Min(first, day);
        }

        return first;
    }

    /// <summary>The history; null for the usual case of one amount and no payment.</summary>
    private static CommitmentHistory HistoryOf(Commitment commitment, int committedFrom, byte currency)
    {
        Dated<long>[] amounts = commitment.AmountHistory.Count == 0
            ? [new(Day.Always, ReadAmount(commitment.Amount, currency))]
            : [.. commitment.AmountHistory.Select(entry => new Dated<long>(Day.Of(entry.EffectiveDate), ReadAmount(entry.Amount, currency)))];
        Dated<long>[] payments = [.. commitment.Disbursements.Select(
            payment => new Dated<long>(Math.Max(Day.Of(payment.Date), committedFrom), ReadAmount(payment.Amount, currency)))];
        if (payments.Aggregate(Int128.Zero, (sum, payment) => sum + payment.Value) > long.MaxValue)
            throw new InvalidDataException("The sum of the payments exceeds 64 bits of minor units.");
        return new CommitmentHistory(amounts, payments);
    }

    private static long ReadAmount(WireMoney? money, byte currency)
    {
        if (CurrencyIndex.ReadAmount(money) is not { } amount)
            return MeasureAmounts.Undisclosed;
        if (amount.CurrencyCode != CurrencyIndex.At(currency).Code || amount.MinorUnits < 0)
            throw new InvalidDataException($"The amount {amount} is negative or not in the commitment's currency.");
        return amount.MinorUnits;
    }

    private static byte[] BytesThatBeginWithName(Commitment commitment, ByteString state)
    {
        if (Ascii.Equals(CommitmentFacts.NameIn(state.Span), commitment.Name))
        {
            // Nobody modifies the bytes of a ByteString, so its array can be used without a copy.
            return MemoryMarshal.TryGetArray(state.Memory, out var own) && own.Array!.Length == state.Length ? own.Array : state.ToByteArray();
        }

        // Another serializer may have written the fields in a different order.
        var (name, bytes) = (Encoding.UTF8.GetBytes(commitment.Name), commitment.ToByteArray());
        return CommitmentFacts.NameIn(bytes).SequenceEqual(name)
            ? bytes
            : throw new InvalidDataException($"The name is too long: {name.Length} bytes.");
    }
}
