using System.Text;
using Mining.Investors.V1;

namespace Mining.Gateway.Facts;

/// <summary>
/// The fields of a commitment that figures need, packed, because a query for a new as-of date scans a million of them. At every date
/// each measure contains the next (see <see cref="CommitmentReader"/>).
/// </summary>
internal readonly struct CommitmentFacts
{
    /// <summary>The serialized resource, whose first field is the name.</summary>
    public required byte[] State { get; init; }

    /// <summary>Amounts over time and payments; null for the usual case of one amount and no payment.</summary>
    public CommitmentHistory? History { get; init; }

    /// <summary>Minor units or <see cref="MeasureAmounts.Undisclosed"/>; unused if there is a history.</summary>
    public long Amount { get; init; }

    public required long Version { get; init; }

    /// <summary>Index of the investor in the snapshot, assigned by the writer.</summary>
    public int Investor { get; init; }

    public required int PledgedFrom { get; init; }

    public required int CommittedFrom { get; init; }

    public required int CancelledFrom { get; init; }

    /// <summary>Year of the announcement; 0: undated.</summary>
    public required short AnnouncementYear { get; init; }

    public required byte Currency { get; init; }

    private readonly byte instrument;

    public required Instrument Instrument
    {
        get => (Instrument)instrument;
        init => instrument = (byte)value;
    }

    /// <summary>Whether the commitment is additive; others must not be summed.</summary>
    public required bool IsAdditive { get; init; }

    /// <summary>Confidential: visible only to its own side and to auditors.</summary>
    public required bool IsConfidential { get; init; }

    public bool IsUndated => AnnouncementYear == 0;

    public ReadOnlySpan<byte> NameUtf8 => NameIn(State);

    public string Name => Encoding.UTF8.GetString(NameUtf8);

    /// <summary>The amounts by measure on a day.</summary>
    public MeasureAmounts At(int day)
    {
        if (PledgedFrom > day)
            return MeasureAmounts.Nothing;
        if (History is not null)
            return History.At(day, CommittedFrom <= day, CancelledFrom <= day);
        if (CancelledFrom <= day)
            return MeasureAmounts.Nothing;
        return new MeasureAmounts(Amount, CommittedFrom <= day ? Amount : MeasureAmounts.NotCounted, MeasureAmounts.NotCounted);
    }

    /// <summary>The distinct days, in order, on which the amounts may change. Before the first one the commitment does not count.</summary>
    /// <param name="days">Receives the days.</param>
    public void GetDays(List<int> days)
    {
        days.Clear();
        days.AddRange([PledgedFrom, CommittedFrom, CancelledFrom]);
        if (History is not null)
        {
            days.AddRange(History.Amounts.Select(amount => amount.From));
            days.AddRange(History.Payments.Select(payment => payment.From));
        }

        days.Sort();
        var count = 0;
        for (var next = 0; next < days.Count; next++)
        {
            if (days[next] >= PledgedFrom && days[next] != Day.Never && (count == 0 || days[count - 1] != days[next]))
                days[count++] = days[next];
        }

        days.RemoveRange(count, days.Count - count);
    }

    /// <summary>The name, or empty if it is missing. Read from the serialized resource to save a string per commitment.</summary>
    public static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> state)
    {
        const byte NameField = (Commitment.NameFieldNumber << 3) | 2;
        return state.Length > 1 && state[0] == NameField && state[1] <= sbyte.MaxValue && state.Length >= 2 + state[1]
            ? state.Slice(2, state[1])
            : [];
    }
}

/// <summary>A commitment's amounts over time and its payments, all in minor units or <see cref="MeasureAmounts.Undisclosed"/>.</summary>
internal sealed record CommitmentHistory(Dated<long>[] Amounts, Dated<long>[] Payments)
{
    /// <summary>The amounts of a pledged commitment. A cancellation removes what is not paid; paid amounts stay in all measures.</summary>
    public MeasureAmounts At(int day, bool committed, bool cancelled)
    {
        var paid = PaidAt(day);
        if (cancelled)
            return new MeasureAmounts(paid, paid, paid);
        var amount = Amounts.TryAt(day, out var then) ? then : Amounts[0].Value;
        return new MeasureAmounts(amount, committed ? amount : MeasureAmounts.NotCounted, paid);
    }

    private long PaidAt(int day)
    {
        var paid = MeasureAmounts.NotCounted;
        foreach (var payment in Payments)
        {
            if (payment.From > day)
                continue;
            if (payment.Value == MeasureAmounts.Undisclosed)
                return MeasureAmounts.Undisclosed;
            paid = (paid == MeasureAmounts.NotCounted ? 0 : paid) + payment.Value;
        }

        return paid;
    }
}
