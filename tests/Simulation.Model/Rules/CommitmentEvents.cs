using System.Globalization;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The events of a commitment: signing, payment, cancellation.</summary>
internal static class CommitmentEvents
{
    public static Decision Sign(MeshModel model, SignCommitmentRequest request, DateTimeOffset now)
    {
        return Happen(model, request.Name, request.Etag, now, _ => Dates.AreValid(request.Date), commitment =>
        {
            var reasons = new List<string>();
            if (commitment.Cancellation is not null)
                reasons.Add(Reasons.CommitmentCancelled);
            if (commitment.Signing is not null)
                reasons.Add(Reasons.AlreadySigned);
            commitment.Signing = new Signing { Date = request.Date };
            commitment.Status = CommitmentStatus.Committed;
            return reasons;
        });
    }

    public static Decision Cancel(MeshModel model, CancelCommitmentRequest request, DateTimeOffset now)
    {
        return Happen(model, request.Name, request.Etag, now, _ => Dates.AreValid(request.Date) && Texts.HasLength(request.Reason, 0, 1_000), commitment =>
        {
            var reasons = new List<string>();
            if (commitment.Cancellation is not null)
                reasons.Add(Reasons.CommitmentCancelled);
            commitment.Cancellation = new Cancellation { Date = request.Date, Reason = request.Reason };
            commitment.Status = CommitmentStatus.Cancelled;
            return reasons;
        });
    }

    public static Decision Pay(MeshModel model, RecordDisbursementRequest request, DateTimeOffset now)
    {
        var payment = request.Disbursement?.Clone() ?? new();
        return Happen(model, request.Name, request.Etag, now, known => IsValid(request.Disbursement, known), commitment =>
        {
            var reasons = new List<string>();
            if (commitment.Cancellation is not null)
                reasons.Add(Reasons.CommitmentCancelled);
            if (commitment.Signing is null)
                reasons.Add(Reasons.NotSigned);
            if (payment.DisbursementId.Length == 0)
                payment.DisbursementId = (commitment.Disbursements.Count + 1).ToString(CultureInfo.InvariantCulture);
            if (commitment.Disbursements.Any(earlier => earlier.DisbursementId == payment.DisbursementId))
                reasons.Add(Reasons.DisbursementExists);
            commitment.Disbursements.Add(payment);
            commitment.Status = CommitmentStatus.Disbursed;
            return reasons;
        });
    }

    private static bool IsValid(Disbursement? payment, Commitment? commitment) =>
        payment is not null
        && Dates.AreValid(payment.Date)
        && Amounts.IsPositiveOrAbsent(payment.Amount)
        && (payment.DisbursementId.Length == 0 || Texts.IsId(payment.DisbursementId))
        && (commitment is null || !CommitmentRules.IsInOtherCurrency(payment.Amount, commitment));

    /// <summary>
    /// Applies an event to a copy of the commitment; the event returns the reason that forbids it, and the new state must be valid.
    /// </summary>
    private static Decision Happen(
        MeshModel model, string name, string etag, DateTimeOffset now, Func<Commitment?, bool> isValid, Func<Commitment, List<string>> happen)
    {
        var unmet = model.Unmet<Commitment>(name, etag, out var present);
        if (!isValid(unmet is null ? present : null))
            return Decision.InvalidOr(unmet ?? (happen(present.Clone()) is { Count: > 0 } also ? Decision.Forbid(also) : null));
        if (unmet is not null)
            return unmet;
        var changed = present.Clone();
        List<string> reasons = [.. happen(changed), .. MoneyInOrder.Violations(changed)];
        return reasons.Count > 0 ? Decision.Forbid(reasons) : Decision.Take(changed.Next(now));
    }
}
