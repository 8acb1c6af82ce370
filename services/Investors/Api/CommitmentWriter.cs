using Mining.Investors.Domain;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Writes domain results into a commitment's wire type.</summary>
public static class CommitmentWriter
{
    /// <summary>Returns the commitment with the domain part replaced.</summary>
    public static Wire.Commitment With(this Wire.Commitment commitment, Commitment decided)
    {
        var result = commitment.Clone();
        if (result.CountingBasis == Wire.CountingBasis.Unspecified)
            result.CountingBasis = Wire.CountingBasis.Additive;
        result.AnnouncementDate = decided.AnnouncementDate?.ToDate();
        result.Amount = decided.Amount?.ToMoney();
        result.AmountHistory.Clear();
        result.AmountHistory.AddRange(decided.Amounts.Select(entry =>
            new Wire.DatedAmount { Amount = entry.Amount?.ToMoney(), EffectiveDate = entry.EffectiveDate?.ToDate() }));
        result.Signing = decided.Signing is { } signing ? new Wire.Signing { Date = signing.Date?.ToDate() } : null;
        result.Cancellation = decided.Cancellation is { } cancellation
            ? new Wire.Cancellation { Date = cancellation.Date?.ToDate(), Reason = cancellation.Reason }
            : null;
        result.Disbursements.Clear();
        foreach (var entry in decided.Disbursements)
        {
            result.Disbursements.Add(new Wire.Disbursement
            {
                DisbursementId = entry.Id,
                Amount = entry.Amount?.ToMoney(),
                Date = entry.Date?.ToDate(),
            });
        }

        result.Status = decided.Status;
        return result;
    }
}
