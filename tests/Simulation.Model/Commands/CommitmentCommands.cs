using Google.Protobuf;
using Mining.Common.V1;
using Mining.Investors.V1;
using static Mining.Simulation.Model.Commands.Pools;

namespace Mining.Simulation.Model.Commands;

/// <summary>Commands about commitments.</summary>
internal static class CommitmentCommands
{
    public static IMessage Create(Random random)
    {
        var id = NewId(random, "commitment", CommitmentCount);
        var commitment = Commitment(random, id.StartsWith("commitment", StringComparison.Ordinal) ? id : "commitment-1");
        commitment.Investor = Investor(random);
        commitment.Project = Project(random);
        // Mostly equity, loan, grant, prepayment; sometimes contingent.
        commitment.Instrument = random.Chance(1) ? (Instrument)99 : (Instrument)(random.Chance(85) ? random.Next(1, 5) : random.Next(5, 8));
        return new CreateCommitmentRequest { CommitmentId = id, Commitment = commitment, ValidateOnly = ValidateOnly(random) };
    }

    public static IMessage Update(Random random)
    {
        var name = Pools.Commitment(random);
        var commitment = Commitment(random, name);
        commitment.Name = name;
        commitment.CurrencyCode = "";
        return new UpdateCommitmentRequest
        {
            Commitment = commitment,
            UpdateMask = random.Next(6) switch
            {
                0 => null,
                1 => ProjectCommands.Mask("*"),
                2 => ProjectCommands.Mask("note", "sources"),
                3 => random.Chance(10) ? ProjectCommands.Mask("investor") : ProjectCommands.Mask("counting_basis", "announcement_date"),
                _ => ProjectCommands.Mask("amount"),
            },
            EffectiveDate = random.Maybe(20, PastDate),
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage Sign(Random random) => new SignCommitmentRequest
    {
        Name = Pools.Commitment(random),
        Date = random.Maybe(80, PastDate),
        Etag = Etag(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static IMessage Cancel(Random random) => new CancelCommitmentRequest
    {
        Name = Pools.Commitment(random),
        Date = random.Maybe(80, one => one.Chance(50) ? PastDate(one) : new() { Year = 2026, Month = one.Next(1, 13) }),
        Reason = random.Pick("", "withdrawn"),
        Etag = Etag(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static IMessage Pay(Random random)
    {
        var name = Pools.Commitment(random);
        return new RecordDisbursementRequest
        {
            Name = name,
            Disbursement = new Disbursement
            {
                DisbursementId = random.Chance(90) ? "" : $"payment-{random.Next(30)}",
                Amount = random.Chance(95) ? Amount(random, CurrencyOf(random, name), 20_000) : null,
                Date = random.Maybe(90, one => one.Chance(15) ? PastDate(one) : new() { Year = 2026, Month = one.Next(1, 13), Day = one.Next(1, 29) }),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    private static Commitment Commitment(Random random, string name)
    {
        var currency = CurrencyOf(random, name);
        var commitment = new Commitment
        {
            CurrencyCode = currency,
            Amount = random.Chance(85) ? Amount(random, currency, random.Pick(100_000, 5_000_000)) : null,
            CountingBasis = random.Chance(1) ? (CountingBasis)99 : random.Chance(80) ? (CountingBasis)random.Next(2) : (CountingBasis)random.Next(2, 9),
            AnnouncementDate = random.Maybe(80, PastDate),
            Note = random.Pick("", "as announced"),
        };
        if (random.Chance(20))
            commitment.Sources.Add(new Source { Citation = $"A release {random.Next(10)}", Confidence = Confidence.StoredSource });
        return commitment;
    }
}
