using Google.Type;
using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Platform.Numbers;

namespace Mining.Cli.Import;

/// <summary>
/// <c>commitments.csv</c>. A status becomes commands: <c>pledged</c> is announced on its date, <c>committed</c> also signed on it,
/// <c>disbursed</c> also paid in full on it, <c>cancelled</c> announced and cancelled on it.
/// </summary>
internal sealed class CommitmentImport(ImportGateway gateway) : RecordImport<Commitment>(gateway)
{
    /// <summary>The id of the payment that an import records: it is recorded once.</summary>
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
        token => Gateway.Call(
            (clients, options) =>
                clients.Investors.ListCommitmentsAsync(new() { PageSize = Pages.Size, PageToken = token }, options), cancellation),
        page => page.NextPageToken, cancellation).Select(page => page.Commitments.AsEnumerable());

    protected override Task<Commitment> Create(string id, Commitment record, string requestId, CancellationToken cancellation) =>
        Gateway.Call(
        (clients, options) => clients.Investors.CreateCommitmentAsync(
            new() { CommitmentId = id, Commitment = record, RequestId = requestId }, options), cancellation);

    protected override Task<Commitment> Get(string name, CancellationToken cancellation) =>
        Gateway.Call((clients, options) => clients.Investors.GetCommitmentAsync(new() { Name = name }, options), cancellation);

    /// <summary>Takes the steps that the status asks for and that were not taken before.</summary>
    protected override async Task<bool> Continue(CsvRow row, Commitment state, CancellationToken cancellation)
    {
        var reader = new RowReader(row);
        var status = reader.Choice<CommitmentStatus>("status");
        var date = reader.Date("date");
        var changed = false;
        if (status is CommitmentStatus.Committed or CommitmentStatus.Disbursed)
        {
            changed |= await Once(
                row, "signing it", state.Signing is not null, state.Signing?.Date, date, () => Sign(row, state.Name, date, cancellation));
        }

        if (status == CommitmentStatus.Disbursed)
        {
            var payment = new Disbursement { DisbursementId = DisbursementId, Amount = reader.Amount("amount", "currency"), Date = date };
            var recorded = state.Disbursements.FirstOrDefault(other => other.DisbursementId == DisbursementId);
            changed |= await Once(
                row, "recording its payment", recorded is not null, recorded?.Date, date,
                () => Disburse(row, state.Name, payment, cancellation));
        }

        if (status == CommitmentStatus.Cancelled)
        {
            changed |= await Once(
                row, "cancelling it", state.Cancellation is not null, state.Cancellation?.Date, date,
                () => Cancel(row, state.Name, date, cancellation));
        }

        return changed;
    }

    /// <summary>Runs a step that is not recorded yet; one that is must have the row's date.</summary>
    private async Task<bool> Once(CsvRow row, string step, bool isRecorded, Date? recordedDate, Date? date, Func<Task<Commitment>> command)
    {
        if (!isRecorded)
        {
            await Step(row, step, command);
            return true;
        }

        if (Equals(recordedDate, date))
            return false;
        var recorded = PartialDate.TryRead(recordedDate, out var known, out _) ? $"for {known}" : "without a date";
        throw new RowRefusedException(
            [new RefusedRow(row.File, row.Line, "date", $"For {step}: it is recorded already, {recorded}; an import changes no records.")]);
    }

    private Task<Commitment> Sign(CsvRow row, string name, Date? date, CancellationToken cancellation) => Gateway.Call(
        (clients, options) => clients.Investors.SignCommitmentAsync(
            new() { Name = name, Date = date, RequestId = RequestId.Of("sign", row) }, options), cancellation);

    private Task<Commitment> Disburse(CsvRow row, string name, Disbursement payment, CancellationToken cancellation) => Gateway.Call(
        (clients, options) => clients.Investors.RecordDisbursementAsync(
            new() { Name = name, Disbursement = payment, RequestId = RequestId.Of("disburse", row) }, options), cancellation);

    private Task<Commitment> Cancel(CsvRow row, string name, Date? date, CancellationToken cancellation) => Gateway.Call(
        (clients, options) => clients.Investors.CancelCommitmentAsync(
            new() { Name = name, Date = date, RequestId = RequestId.Of("cancel", row) }, options), cancellation);
}
