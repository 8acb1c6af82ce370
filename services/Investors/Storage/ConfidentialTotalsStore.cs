using System.Text.Json;
using Google.Protobuf;
using Mining.Investors.Domain;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;

namespace Mining.Investors.Storage;

/// <summary>What was published of confidential commitments, and which commitments stood behind it. Only this service reads the latter.</summary>
public sealed class ConfidentialTotalsStore(Database database)
{
    /// <summary>Loads the totals of a partnership that were published last, for a command; null: none yet.</summary>
    public async Task<ConfidentialTotals?> FindLatest(UnitOfWork work, string partnership) =>
        await work.ReadOne<byte[]>(
            $"SELECT state FROM confidential_totals WHERE partnership = @partnership ORDER BY day DESC {database.Limit}",
            new { partnership, limit = 1 }) is { } state
            ? ConfidentialTotals.Parser.ParseFrom(state)
            : null;

    /// <summary>Records totals and stores them.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The totals of the same day as they were; null if they are new.</param>
    /// <param name="after">The totals as they will be.</param>
    /// <param name="day">The day of the publication.</param>
    public static async Task<ConfidentialTotals> Save(UnitOfWork work, ConfidentialTotals? before, ConfidentialTotals after, DateOnly day)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? """
                  INSERT INTO confidential_totals (name, version, partnership, day, state)
                  VALUES (@Name, @Version, @Partnership, @Day, @State)
                  """
                : "UPDATE confidential_totals SET version = @Version, state = @State WHERE name = @Name",
            new { after.Name, after.Version, after.Partnership, Day = day.ToString("O", null), State = after.ToByteArray() });
        return after;
    }

    /// <summary>Loads for a command what stood behind each total of a partnership, by kind, the latest last.</summary>
    public static async Task<ILookup<DisclosureKind, IReadOnlyList<Contribution>>> LoadPublications(UnitOfWork work, string partnership) =>
        (await work.ReadAll<Row>(
            """
            SELECT owner_sides AS OwnerSides, side_id AS SideId, instrument AS Instrument, currency_code AS CurrencyCode, contributions AS Contributions
            FROM confidential_publication WHERE partnership = @partnership ORDER BY number
            """,
            new { partnership }))
        .ToLookup(
            row => new DisclosureKind(row.OwnerSides, row.SideId, (Instrument)row.Instrument, row.CurrencyCode),
            IReadOnlyList<Contribution> (row) => JsonSerializer.Deserialize<Contribution[]>(row.Contributions) ?? []);

    /// <summary>Keeps what stands behind a total that is published.</summary>
    public static Task KeepPublication(UnitOfWork work, string partnership, DisclosureKind kind, IReadOnlyList<Contribution> contributions) => work.Execute(
        """
        INSERT INTO confidential_publication (number, partnership, owner_sides, side_id, instrument, currency_code, contributions)
        SELECT COALESCE(MAX(number), 0) + 1, @partnership, @OwnerSides, @SideId, @Instrument, @CurrencyCode, @Contributions FROM confidential_publication
        """,
        new
        {
            partnership,
            kind.OwnerSides,
            kind.SideId,
            Instrument = (long)kind.Instrument,
            kind.CurrencyCode,
            Contributions = JsonSerializer.SerializeToUtf8Bytes(contributions),
        });

    private sealed record Row(string OwnerSides, string SideId, long Instrument, string CurrencyCode, byte[] Contributions);
}
