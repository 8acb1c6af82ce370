using System.Globalization;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Import;

/// <summary><c>investors.csv</c>.</summary>
internal sealed class InvestorImport(ImportGateway gateway) : RecordImport<Investor, BatchWriteRow>(gateway)
{
    public override CsvFormat Format { get; } = new(
        "investors.csv", ["investor_id", "name", "country", "kind"], ["beneficial_owners", "source", "confidence"]);

    public override IReadOnlyList<string> KeyColumns { get; } = ["investor_id"];

    protected override string Collection => ResourceNames.Investors;

    protected override IReadOnlyList<string> ComparedFields { get; } = ["display_name", "country", "kind", "beneficial_owners", "sources"];

    protected override RowRefusal Refusal { get; } = new(new Dictionary<string, string>
    {
        ["investor_id"] = "investor_id",
        ["display_name"] = "name",
        ["country"] = "country",
        ["kind"] = "kind",
        ["beneficial_owners"] = "beneficial_owners",
        ["sources"] = "source",
    });

    protected override Investor Map(RowReader reader) => new()
    {
        DisplayName = reader.Text("name"),
        Country = reader.Text("country"),
        Kind = reader.Choice<InvestorKind>("kind"),
        BeneficialOwners = { Owners(reader) },
        Sources = { reader.Sources() },
    };

    protected override string NameOf(Investor record) => record.Name;

    protected override IAsyncEnumerable<IEnumerable<Investor>> List(CancellationToken cancellation) => Pages.Walk(
        new ListInvestorsRequest { PageSize = Pages.Size },
        request => Gateway.Call((clients, options) => clients.Investors.ListInvestorsAsync(request, options), cancellation),
        cancellation).Select(page => page.Investors.AsEnumerable());

    protected override BatchWriteRow Create(string id, Investor record, string requestId) =>
        new() { CreateInvestor = new() { InvestorId = id, Investor = record, RequestId = requestId } };

    protected override Task<Investor> Get(string name, CancellationToken cancellation) =>
        Gateway.Call((clients, options) => clients.Investors.GetInvestorAsync(new() { Name = name }, options), cancellation);

    protected override AsyncUnaryCall<BatchWriteResponse> Send(Gateway clients, IEnumerable<BatchWriteRow> commands, CallOptions options) =>
        clients.Investors.BatchWriteAsync(new() { Rows = { commands } }, options);

    /// <summary>Reads <c>DE:600000;US:400000</c>: countries and parts per million.</summary>
    private static List<BeneficialOwner> Owners(RowReader reader)
    {
        var owners = new List<BeneficialOwner>();
        foreach (var text in reader.Text("beneficial_owners")
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = text.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sharePpm))
                owners.Add(new BeneficialOwner { Country = parts[0], SharePpm = sharePpm });
            else
                reader.Refuse("beneficial_owners", $"{Quote.Of(text)} is not a country with parts per million, such as DE:600000.");
        }

        return owners;
    }
}
