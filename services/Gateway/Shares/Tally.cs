using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>
/// One measure over a set of commitments: how many count, and the exact sums in minor units by currency and party. Sums are never
/// converted before they are complete.
/// </summary>
internal sealed class Tally(int partyCount)
{
    private byte[] currencies = [];
    private Int128[] sums = [];
    private ProjectNode? lastProject;

    /// <summary>A tally of nothing.</summary>
    public static Tally Empty { get; } = new(0);

    /// <summary>Commitments that count, those with an undisclosed amount among them.</summary>
    public int CommitmentCount { get; private set; }

    public int UndisclosedCount { get; private set; }

    public int UndatedCount { get; private set; }

    /// <summary>Projects with a commitment that counts, where <see cref="Visit"/> or <see cref="AddProject"/> told of them.</summary>
    public int ProjectCount { get; private set; }

    /// <summary>The currencies of the sums, in the order of their codes.</summary>
    public ReadOnlySpan<byte> Currencies => currencies;

    /// <summary>The sum of one currency that belongs to a party.</summary>
    public Int128 Sum(int currencyRow, int party) => sums[currencyRow * partyCount + party];

    /// <summary>Whether a party has any money in it.</summary>
    public bool HasMoneyOf(int party)
    {
        for (var at = party; at < sums.Length; at += partyCount)
        {
            if (sums[at] > 0)
                return true;
        }

        return false;
    }

    /// <summary>Counts a commitment, and adds its amount if that is known and may be added up.</summary>
    public void Add(in CommitmentFacts commitment, long minorUnits, Attribution attribution)
    {
        CommitmentCount++;
        UndatedCount += commitment.IsUndated ? 1 : 0;
        if (minorUnits == Reached.Undisclosed)
            UndisclosedCount++;
        else if (commitment.IsAdditive)
            attribution.Add(minorUnits, SumsOf(commitment.Currency));
    }

    /// <summary>Adds a published total of commitments that are not here one by one.</summary>
    public void Add(PublishedTotal total, int measure, int party)
    {
        CommitmentCount += total.Counts[measure];
        if (total.MinorUnits[measure] > 0)
            SumsOf(total.Currency)[party] += total.MinorUnits[measure];
    }

    /// <summary>Counts the project of the commitments that are added one by one: once, as they come project by project.</summary>
    public void Visit(ProjectNode project)
    {
        ProjectCount += lastProject == project ? 0 : 1;
        lastProject = project;
    }

    /// <summary>Adds the tally of a part of a project's commitments; the project is not counted.</summary>
    public void Add(Tally other)
    {
        CommitmentCount += other.CommitmentCount;
        UndisclosedCount += other.UndisclosedCount;
        UndatedCount += other.UndatedCount;
        for (var row = 0; row < other.currencies.Length; row++)
        {
            var mine = SumsOf(other.currencies[row]);
            for (var party = 0; party < mine.Length; party++)
                mine[party] += other.Sum(row, party);
        }
    }

    /// <summary>Adds the tally of a project, and counts the project if any of its commitments counts.</summary>
    public void AddProject(Tally project)
    {
        Add(project);
        ProjectCount += project.CommitmentCount > 0 ? 1 : 0;
    }

    private Span<Int128> SumsOf(byte currency)
    {
        var row = currencies.AsSpan().IndexOf(currency);
        if (row < 0)
        {
            row = ~currencies.AsSpan().BinarySearch(currency);
            currencies = [.. currencies[..row], currency, .. currencies[row..]];
            sums = [.. sums[..(row * partyCount)], .. new Int128[partyCount], .. sums[(row * partyCount)..]];
        }

        return sums.AsSpan(row * partyCount, partyCount);
    }
}
