using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>How a commitment is recorded and corrected.</summary>
internal static class CommitmentRules
{
    private static readonly string[] Changeable = ["amount", "counting_basis", "announcement_date", "note", "sources"];

    public static Decision Create(MeshModel model, CreateCommitmentRequest request, DateTimeOffset now)
    {
        var asked = request.Commitment;
        if (asked is null || !Texts.IsId(request.CommitmentId) || !Changeable.All(field => IsValid(asked, field))
            || !Texts.IsStated(asked.Instrument) || !Catalogue.MinorDigits.ContainsKey(asked.CurrencyCode) || IsInOtherCurrency(asked.Amount, asked))
            return Decision.Invalid;

        var investor = model.Of<Investor>(asked.Investor);
        var reasons = new List<string>();
        if (!model.Has(asked.Project))
            reasons.Add(Reasons.ProjectNotFound);
        if (investor is null)
            reasons.Add(Reasons.InvestorNotFound);
        if (reasons.Contains(Reasons.ProjectNotFound))
            return Decision.Forbid(reasons);
        var name = "commitments/" + request.CommitmentId;
        if (model.Has(name))
            return Decision.Taken;
        if (investor is null)
            return Decision.Forbid(reasons);
        if (OutsideOwnership.Passes(investor, model.AllOf<Partnership>(), OutsideOwnershipRule.Types.Effect.Block))
            return Decision.Forbid(Reasons.OutsideOwnershipLimit);

        var created = asked.Clone().Created(name, now);
        created.Status = CommitmentStatus.Pledged;
        if (created.CountingBasis == CountingBasis.Unspecified)
            created.CountingBasis = CountingBasis.Additive;
        if (created.Amount is not null)
            created.AmountHistory.Add(new DatedAmount { Amount = created.Amount });
        created.OwnershipFindings.Clear();
        created.OwnershipFindings.AddRange(OutsideOwnership.Findings(investor, model.AllOf<Partnership>()));
        created.OutsideOwnershipBreach = created.OwnershipFindings.Count > 0;
        return Decision.Take(created);
    }

    public static Decision Update(MeshModel model, UpdateCommitmentRequest request, DateTimeOffset now)
    {
        var asked = request.Commitment;
        var fields = asked is null ? null : Fields.ToChange(asked, request.UpdateMask, Changeable);
        var unmet = model.Unmet<Commitment>(asked?.Name ?? "", request.Etag, out var present);
        var ended = unmet ?? (present.Cancellation is null ? null : Decision.Forbid(Reasons.CommitmentCancelled));
        if (asked is null || fields is null || !fields.All(field => IsValid(asked, field)) || !Dates.AreValid(request.EffectiveDate))
            return Decision.InvalidOr(ended);
        if (unmet is not null)
            return unmet;
        var changed = Fields.With(present, asked, fields);
        if (IsInOtherCurrency(changed.Amount, present))
            return Decision.InvalidOr(ended);

        var reasons = new List<string>();
        if (changed.CountingBasis == CountingBasis.Unspecified)
            changed.CountingBasis = CountingBasis.Additive;
        if (!Equals(changed.Amount, present.Amount))
        {
            if (present.Cancellation is not null)
                reasons.Add(Reasons.CommitmentCancelled);
            var since = request.EffectiveDate ?? Dates.Today(now);
            if (Dates.IsTooEarly(since, present.AmountHistory.LastOrDefault()?.EffectiveDate))
                reasons.Add(Reasons.EffectiveDateTooEarly);
            // An amount undisclosed at first was undisclosed at every earlier date.
            if (changed.AmountHistory.Count == 0)
                changed.AmountHistory.Add(new DatedAmount());
            // An amount that no longer applies at any date leaves the history.
            var holding = changed.AmountHistory.Where(known => known.EffectiveDate.Beginning() < since.FirstDay()).ToList();
            changed.AmountHistory.Clear();
            changed.AmountHistory.AddRange(holding);
            changed.AmountHistory.Add(new DatedAmount { Amount = changed.Amount, EffectiveDate = since });
        }

        reasons.AddRange(MoneyInOrder.Violations(changed));
        return reasons.Count > 0 ? Decision.Forbid(reasons) : Decision.Take(changed.Next(now));
    }

    internal static bool IsInOtherCurrency(Google.Type.Money? amount, Commitment commitment) =>
        amount is not null && amount.CurrencyCode != commitment.CurrencyCode;

    private static bool IsValid(Commitment commitment, string field) => field switch
    {
        "amount" => Amounts.IsPositiveOrAbsent(commitment.Amount),
        "counting_basis" => Texts.IsKnown(commitment.CountingBasis),
        "announcement_date" => Dates.AreValid(commitment.AnnouncementDate),
        "note" => Texts.HasLength(commitment.Note, 0, 4_000),
        _ => Texts.AreSources(commitment.Sources),
    };
}
