using System.Text.Json;
using Google.Protobuf;
using Mining.Investors.Domain;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;

namespace Mining.Investors.Storage;

/// <summary>Published totals of confidential commitments, and the contributions behind them. Only this service reads the latter.</summary>
public sealed class ConfidentialTotalsStore(Database database)
{
    /// <summary>Loads the latest published totals of a partnership for a command; null if there are none.</summary>
    public async Task<ConfidentialTotals?> FindLatest(UnitOfWork work, string partnership) =>
        await work.ReadOne<byte[]>(
            $"SELECT state FROM confidential_totals WHERE partnership = @partnership ORDER BY day DESC {database.Limit}",
            new { partnership, limit = 1 }) is { } state
            ? ConfidentialTotals.Parser.ParseFrom(state)
            : null;

    /// <summary>Records and stores totals.</summary>
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

    /// <summary>Loads the contributions behind each published total of a partnership for a command, by kind, latest last.</summary>
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

    /// <summary>Stores the contributions behind a published total.</summary>
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
