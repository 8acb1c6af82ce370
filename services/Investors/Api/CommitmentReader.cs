using Mining.Investors.Domain;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Reads a commitment from the wire. Errors go to the violations; the parts with business rules go to the domain.</summary>
public static class CommitmentReader
{
    private const int MaxNoteLength = 4_000;

    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Commitment commitment, string path, Violations violations)
    {
        ResourceNames.Investors.ReadName($"{path}.investor", commitment.Investor, violations);
        ResourceNames.Projects.ReadName($"{path}.project", commitment.Project, violations);
        violations.CheckEnum($"{path}.instrument", commitment.Instrument, required: true);
        violations.CheckCurrency($"{path}.currency_code", commitment.CurrencyCode);
        var amount = violations.ReadMoney($"{path}.amount", commitment.Amount, positive: true);
        if (amount is { CurrencyCode.Length: > 0 } money && money.CurrencyCode != commitment.CurrencyCode)
            violations.Add($"{path}.amount.currency_code", $"is {money.CurrencyCode}; it must equal {path}.currency_code.");
        violations.CheckEnum($"{path}.counting_basis", commitment.CountingBasis);
        violations.ReadDate($"{path}.announcement_date", commitment.AnnouncementDate);
        violations.CheckText($"{path}.note", commitment.Note, MaxNoteLength);
        violations.CheckSources($"{path}.sources", commitment.Sources);
    }

    /// <summary>Reads a payment.</summary>
    public static DisbursementEntry ReadDisbursement(Wire.Disbursement disbursement, Violations violations)
    {
        const string path = "disbursement";
        if (disbursement.DisbursementId.Length > 0)
            ResourceNames.Commitments.ReadId($"{path}.disbursement_id", disbursement.DisbursementId, violations);
        var amount = violations.ReadMoney($"{path}.amount", disbursement.Amount, positive: true);
        var date = violations.ReadDate($"{path}.date", disbursement.Date);
        return new DisbursementEntry(disbursement.DisbursementId, amount, date);
    }

    /// <summary>Converts the part of a stored commitment that has business rules.</summary>
    public static Commitment ToDomain(Wire.Commitment commitment) => new(
        commitment.Name,
        commitment.CurrencyCode,
        Date(commitment.AnnouncementDate),
        [.. commitment.AmountHistory.Select(entry => new AmountEntry(Money(entry.Amount), Date(entry.EffectiveDate)))],
        commitment.Signing is { } signing ? new SigningEntry(Date(signing.Date)) : null,
        commitment.Cancellation is { } cancellation ? new CancellationEntry(Date(cancellation.Date), cancellation.Reason) : null,
        [.. commitment.Disbursements.Select(entry => new DisbursementEntry(entry.DisbursementId, Money(entry.Amount), Date(entry.Date)))]);

    /// <summary>Reads a date that is already validated.</summary>
    public static PartialDate? Date(Google.Type.Date? date) =>
        date is not null && PartialDate.TryRead(date, out var value, out _) ? value : null;

    /// <summary>Reads an amount that is already validated.</summary>
    public static Amount? Money(Google.Type.Money? money) =>
        money is not null && Amount.TryRead(money, out var amount, out _) ? amount : null;
}
