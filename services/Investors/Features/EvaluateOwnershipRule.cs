using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Investors.Features;

/// <summary>
/// Checks investors against the outside-ownership rules of all partnerships. When an investor or a rule changes, the marks of the
/// commitments are updated in the same transaction, each as a change of its own.
/// </summary>
public static class EvaluateOwnershipRule
{
    /// <summary>Marks a commitment with the rules that its investor's owners breach.</summary>
    /// <exception cref="RefusedException">FAILED_PRECONDITION (OUTSIDE_OWNERSHIP_LIMIT) if a rule blocks the commitment.</exception>
    public static async Task Evaluate(UnitOfWork work, Investor investor, V1.Commitment commitment)
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

        Mark(commitment, Findings(rules, owners));
    }

    /// <summary>Updates the marks of an investor's commitments. Existing commitments stay, even if a rule blocks new ones.</summary>
    public static async Task Mark(UnitOfWork work, Investor investor) => await Mark(work, investor, await Rules(work));

    /// <summary>Updates the marks of all commitments.</summary>
    public static async Task MarkAll(UnitOfWork work)
    {
        var rules = await Rules(work);
        foreach (var investor in await InvestorStore.LoadCommitted(work))
            await Mark(work, investor, rules);
    }

    private static async Task Mark(UnitOfWork work, Investor investor, IReadOnlyList<OwnershipRule> rules)
    {
        var findings = Findings(rules, InvestorReader.ToOwners(investor));
        foreach (var commitment in await CommitmentStore.LoadOf(work, investor.Name))
        {
            var marked = commitment.Clone();
            Mark(marked, findings);
            if (!marked.Equals(commitment))
                await CommitmentStore.Save(work, commitment, marked);
        }
    }

    private static void Mark(V1.Commitment commitment, IReadOnlyList<V1.OwnershipFinding> findings)
    {
        commitment.OutsideOwnershipBreach = findings.Count > 0;
        commitment.OwnershipFindings.Clear();
        commitment.OwnershipFindings.AddRange(findings);
    }

    private static IReadOnlyList<V1.OwnershipFinding> Findings(IReadOnlyList<OwnershipRule> rules, IReadOnlyList<Owner> owners) =>
        [.. rules.Where(rule => !rule.Blocks).Select(rule => rule.Find(owners)).OfType<Domain.OwnershipFinding>().Select(InvestorWriter.ToFinding)];

    private static async Task<IReadOnlyList<OwnershipRule>> Rules(UnitOfWork work) =>
        [.. (await PartnershipStore.LoadAll(work)).Select(PartnershipReader.ToRule).OfType<OwnershipRule>()];
}
