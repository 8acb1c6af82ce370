using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Investors.Features;

/// <summary>
/// Holds investors against the outside-ownership rules of all partnerships. A mark follows the investor and the rules: when
/// either changes, the commitments are marked anew in the same transaction, each as a change of its own.
/// </summary>
public static class JudgeOwnership
{
    /// <summary>Whether a commitment of the investor is to be marked.</summary>
    /// <exception cref="RefusedException">FAILED_PRECONDITION (OUTSIDE_OWNERSHIP_LIMIT): a rule blocks it.</exception>
    public static async Task<bool> Judge(Work work, Investor investor)
    {
        var owners = InvestorReader.ToOwners(investor);
        var rules = await Rules(work);
        var refusals = rules.Select(rule => rule.Refuse(investor.Name, owners)).OfType<Refusal>().ToList();
        if (refusals.Count > 0)
        {
            throw new RefusedException(refusals[0] with
            {
                Message = string.Join(' ', refusals.Select(refusal => refusal.Message)),
                Preconditions = [.. refusals.SelectMany(refusal => refusal.Preconditions)],
            });
        }

        return IsMarked(rules, owners);
    }

    /// <summary>Marks the commitments of an investor anew. What was recorded before stands, also where a rule blocks new ones.</summary>
    public static async Task Mark(Work work, Investor investor) => await Mark(work, investor, await Rules(work));

    /// <summary>Marks all commitments anew.</summary>
    public static async Task MarkAll(Work work)
    {
        var rules = await Rules(work);
        foreach (var investor in await InvestorStore.LoadCommitted(work))
            await Mark(work, investor, rules);
    }

    private static async Task Mark(Work work, Investor investor, IReadOnlyList<OwnershipRule> rules)
    {
        var isMarked = IsMarked(rules, InvestorReader.ToOwners(investor));
        foreach (var commitment in await CommitmentStore.LoadOf(work, investor.Name))
        {
            if (commitment.OutsideOwnershipBreach == isMarked)
                continue;
            var marked = commitment.Clone();
            marked.OutsideOwnershipBreach = isMarked;
            await CommitmentStore.Save(work, commitment, marked);
        }
    }

    private static bool IsMarked(IReadOnlyList<OwnershipRule> rules, IReadOnlyList<Owner> owners) =>
        rules.Any(rule => !rule.Blocks && rule.IsPassedBy(owners));

    private static async Task<IReadOnlyList<OwnershipRule>> Rules(Work work) =>
        [.. (await PartnershipStore.LoadAll(work)).Select(PartnershipReader.ToRule).OfType<OwnershipRule>()];
}
