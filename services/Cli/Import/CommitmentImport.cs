using Google.Type;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Import;

/// <summary>
/// <c>commitments.csv</c>. The status selects the commands: <c>pledged</c> announces on the date, <c>committed</c> also signs,
/// <c>disbursed</c> also pays in full, and <c>cancelled</c> announces and cancels, all on the same date.
/// </summary>
internal sealed class CommitmentImport(ImportGateway gateway) : RecordImport<Commitment, BatchWriteRow>(gateway)
{
    /// <summary>The id of the payment that an import records; the fixed id prevents a second one.</summary>
    private const string DisbursementId = "import";

    public override CsvFormat Format { get; } = new(
        "commitments.csv",
        ["commitment_id", "investor_id", "project_id", "instrument", "amount", "currency", "status", "date", "note"],
        ["source", "confidence", "confidential"]);

    public override IReadOnlyList<string> KeyColumns { get; } = ["commitment_id"];

    protected override string Collection => ResourceNames.Commitments;

    protected override IReadOnlyList<string> ComparedFields { get; } =
        ["investor", "project", "instrument", "currency_code", "amount", "counting_basis", "announcement_date", "note", "sources", "confidential"];

    protected override RowRefusal Refusal { get; } = new(new Dictionary<string, string>
    {
        ["commitment_id"] = "commitment_id",
        ["investor"] = "investor_id",
        ["project"] = "project_id",
        ["instrument"] = "instrument",
        ["currency_code"] = "currency",
        ["amount"] = "amount",
        ["counting_basis"] = "note",
        ["announcement_date"] = "date",
        ["date"] = "date",
        ["note"] = "note",
        ["sources"] = "source",
        ["confidential"] = "confidential",
        ["CONFIDENTIAL_WITHOUT_SIDE"] = "confidential",
        ["PROJECT_NOT_FOUND"] = "project_id",
        ["INVESTOR_NOT_FOUND"] = "investor_id",
        ["OUTSIDE_OWNERSHIP_LIMIT"] = "investor_id",
        ["DATE_TOO_EARLY"] = "date",
        ["PERIOD_CLOSED"] = "date",
        ["NOT_SIGNED"] = "status",
        ["ALREADY_SIGNED"] = "status",
        ["COMMITMENT_CANCELLED"] = "status",
        ["DISBURSED_MORE_THAN_COMMITTED"] = "amount",
        ["AMOUNT_UNDISCLOSED"] = "amount",
    });

    protected override Commitment Map(RowReader reader)
    {
        var status = reader.Choice<CommitmentStatus>("status");
        var commitment = new Commitment
        {
            Investor = ResourceNames.Full(ResourceNames.Investors, reader.Text("investor_id")),
            Project = ResourceNames.Full(ResourceNames.Projects, reader.Text("project_id")),
            Instrument = reader.Choice<Instrument>("instrument"),
            CurrencyCode = reader.Text("currency"),
            Amount = reader.Amount("amount", "currency"),
            CountingBasis = NoteTags.Read(reader, "note", status),
            AnnouncementDate = reader.Date("date"),
            Note = reader.Text("note"),
            Sources = { reader.Sources() },
            Confidential = reader.Flag("confidential"),
        };
        return commitment;
    }

    protected override string NameOf(Commitment record) => record.Name;

    protected override IAsyncEnumerable<IEnumerable<Commitment>> List(CancellationToken cancellation) => Pages.Walk(
        new ListCommitmentsRequest { PageSize = Pages.Size },
        request => Gateway.Call((clients, options) => clients.Investors.ListCommitmentsAsync(request, options), cancellation),
        cancellation).Select(page => page.Commitments.AsEnumerable());

    protected override BatchWriteRow Create(string id, Commitment record, string requestId) =>
        new() { CreateCommitment = new() { CommitmentId = id, Commitment = record, RequestId = requestId } };

    protected override Task<Commitment> Get(string name, CancellationToken cancellation) =>
        Gateway.Call((clients, options) => clients.Investors.GetCommitmentAsync(new() { Name = name }, options), cancellation);

    protected override AsyncUnaryCall<BatchWriteResponse> Send(Gateway clients, IEnumerable<BatchWriteRow> commands, CallOptions options) =>
        clients.Investors.BatchWriteAsync(new() { Rows = { commands } }, options);

    /// <summary>The steps taken so far.</summary>
    protected override Commitment Remembered(Commitment record) => record.Signing is null && record.Cancellation is null
        ? Nothing
        : new() { Signing = record.Signing, Cancellation = record.Cancellation, Disbursements = { record.Disbursements.Where(IsImported) } };

    /// <summary>The steps that the status requires and that are not recorded yet.</summary>
    protected override IEnumerable<RowStep<BatchWriteRow>> Steps(CsvRow row, Commitment recorded)
    {
        var reader = new RowReader(row);
        var name = $"{Collection}/{row[KeyColumns[0]]}";
        var status = reader.Choice<CommitmentStatus>("status");
        var date = reader.Date("date");
        const string sign = "its signing", pay = "its payment", cancel = "its cancellation";
        if (status is CommitmentStatus.Committed or CommitmentStatus.Disbursed
            && IsMissing(row, sign, recorded.Signing is not null, recorded.Signing?.Date, date))
            yield return new(sign, new() { SignCommitment = new() { Name = name, Date = date, RequestId = RequestId.Of("sign", row) } });

        var payment = recorded.Disbursements.FirstOrDefault(IsImported);
        if (status == CommitmentStatus.Disbursed && IsMissing(row, pay, payment is not null, payment?.Date, date))
        {
            payment = new Disbursement { DisbursementId = DisbursementId, Amount = reader.Amount("amount", "currency"), Date = date };
            yield return new(
                pay, new() { RecordDisbursement = new() { Name = name, Disbursement = payment, RequestId = RequestId.Of("disburse", row) } });
        }

        if (status == CommitmentStatus.Cancelled
            && IsMissing(row, cancel, recorded.Cancellation is not null, recorded.Cancellation?.Date, date))
            yield return new(cancel, new() { CancelCommitment = new() { Name = name, Date = date, RequestId = RequestId.Of("cancel", row) } });
    }

    private static bool IsImported(Disbursement payment) => payment.DisbursementId == DisbursementId;

    /// <summary>Whether a step is not recorded yet. A recorded step must have the row's date.</summary>
    private static bool IsMissing(CsvRow row, string step, bool isRecorded, Date? recordedDate, Date? date)
    {
        if (!isRecorded || Equals(recordedDate, date))
            return !isRecorded;
        var recorded = PartialDate.TryRead(recordedDate, out var known, out _) ? $"with date {known}" : "without a date";
        throw new RowRefusedException(
            [new RefusedRow(row.File, row.Line, "date", $"The date differs: {step} is already recorded {recorded}; an import does not change records.")]);
    }
}
