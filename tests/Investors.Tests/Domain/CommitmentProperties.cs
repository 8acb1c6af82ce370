// At stake: whatever is recorded in whatever order, a commitment never has more disbursed than committed at any date. Random sequences of
// commands, including refused ones; after each, the state is compared day by day with a count that shares nothing with the rules.
using CsCheck;
using Mining.Investors.Domain;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Xunit;

namespace Mining.Investors.Tests.Domain;

public sealed class CommitmentProperties
{
    private const int MaxCommands = 20;
    private const int Sequences = 3_000;

    private static readonly Gen<PartialDate?> Dates = Gen.Select(Gen.Int[0, 9], Gen.Int[2024, 2025], Gen.Int[0, 12], Gen.Int[0, 3])
        .Select((presence, year, month, day) => presence == 0 ? (PartialDate?)null : new PartialDate(year, month, month == 0 ? 0 : day));

    private static readonly Gen<Amount?> Amounts = Gen.Int[0, 20].Select(units => units == 0 ? (Amount?)null : new Amount(units, "EUR"));

    private static readonly Gen<Func<Commitment, Decision<Commitment>>> Commands =
        Gen.Select(Gen.Int[0, 20], Amounts, Dates).Select((kind, amount, date) => (Func<Commitment, Decision<Commitment>>)(commitment => kind switch
        {
            0 => commitment.Announce(date),
            1 or 2 => commitment.Sign(date),
            3 => commitment.Cancel(date, ""),
            < 10 => commitment.ChangeAmount(amount, date ?? new PartialDate(2024, 6, 1)),
            _ => commitment.Disburse("", amount is { } some ? some with { MinorUnits = (some.MinorUnits + 3) / 4 } : null, date),
        }));

    /// <summary>Every possible first day of the dates above, and one before and one after them all.</summary>
    private static readonly DateOnly[] Days =
    [
        DateOnly.MinValue,
        .. from month in Enumerable.Range(0, 24) from day in Enumerable.Range(1, 3) select new DateOnly(2024 + month / 12, month % 12 + 1, day),
        DateOnly.MaxValue,
    ];

    [Fact]
    public void Disbursements_never_exceed_the_committed_amount()
    {
        long paid = 0;
        long refused = 0;
        Gen.Select(Amounts, Dates, Commands.Array[0, MaxCommands]).Sample((amount, announced, commands) =>
        {
            var commitment = Commitment.Announced("commitments/c", "EUR", announced, amount);
            foreach (var command in commands)
            {
                var decision = command(commitment);
                if (decision.Refusal is { Reason: "DISBURSED_MORE_THAN_COMMITTED" })
                    Interlocked.Increment(ref refused);
                if (decision.Refusal is not null)
                    continue;
                commitment = decision.OrThrow();
                if (!Holds(commitment))
                    return false;
            }

            Interlocked.Add(ref paid, commitment.Disbursements.Count(entry => entry.Amount is not null));
            return true;
        }, iter: Sequences);
        // A property that never reaches its subject proves nothing.
        Assert.True(paid > Sequences / 10 && refused > Sequences / 10, $"{paid} payments, {refused} refusals");
    }

    private static bool Holds(Commitment commitment)
    {
        if (commitment.Disbursements.Count > 0 && commitment.Signing is null)
            return false;
        foreach (var day in Days)
        {
            long disbursed = 0;
            foreach (var entry in commitment.Disbursements)
            {
                if (entry.Date is not { } date || date.FirstDay <= day)
                    disbursed += entry.Amount?.MinorUnits ?? 0;
            }

            Amount? committed = null;
            foreach (var entry in commitment.Amounts)
            {
                if (entry.EffectiveDate is not { } date || date.FirstDay <= day)
                    committed = entry.Amount;
            }

            if (disbursed > (committed?.MinorUnits ?? 0))
                return false;
        }

        return true;
    }
}
