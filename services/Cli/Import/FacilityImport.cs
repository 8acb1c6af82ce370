using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Refining.V1;

namespace Mining.Cli.Import;

/// <summary><c>refineries.csv</c>.</summary>
internal sealed class FacilityImport(ImportGateway gateway) : RecordImport<Facility, BatchWriteRow>(gateway)
{
    /// <summary>Rows with this prefix contain a country's share of world refining; they are not facilities.</summary>
    private const string ContextPrefix = "context-";

    public override CsvFormat Format { get; } = new(
        "refineries.csv",
        ["facility_id", "name", "country", "mineral", "product", "capacity_t_per_year", "capacity_basis", "in_service", "status"],
        ["operator", "source", "confidence"]);

    public override IReadOnlyList<string> KeyColumns { get; } = ["facility_id"];

    protected override string Collection => ResourceNames.Facilities;

    protected override IReadOnlyList<string> ComparedFields { get; } =
        ["display_name", "operator", "country", "status", "in_service_date", "capacities", "sources"];

    protected override RowRefusal Refusal { get; } = new(new Dictionary<string, string>
    {
        ["facility_id"] = "facility_id",
        ["display_name"] = "name",
        ["operator"] = "operator",
        ["country"] = "country",
        ["status"] = "status",
        ["in_service_date"] = "in_service",
        ["capacities"] = "mineral",
        ["capacities.mineral"] = "mineral",
        ["capacities.product"] = "product",
        ["capacities.tonnes_per_year"] = "capacity_t_per_year",
        ["capacities.basis"] = "capacity_basis",
        ["sources"] = "source",
    });

    public override bool IsRecord(CsvRow row) => !row["facility_id"].StartsWith(ContextPrefix, StringComparison.Ordinal);

    protected override Facility Map(RowReader reader)
    {
        var minerals = reader.MineralIds("mineral");
        if (minerals.Count > 1)
            reader.Refuse("mineral", "A row of a facility must have exactly one mineral.");
        var facility = new Facility
        {
            DisplayName = reader.Text("name"),
            Operator = reader.Text("operator"),
            Country = reader.Text("country"),
            Status = reader.OptionalChoice<FacilityStatus>("status"),
            InServiceDate = reader.Date("in_service"),
            Sources = { reader.Sources() },
        };
        if (new[] { "mineral", "product", "capacity_t_per_year" }.Any(column => reader.Text(column).Length > 0))
        {
            facility.Capacities.Add(new Capacity
            {
                Mineral = minerals.FirstOrDefault(""),
                Product = reader.Text("product"),
                TonnesPerYear = reader.Tonnes("capacity_t_per_year"),
                Basis = reader.Text("capacity_basis"),
            });
        }

        return facility;
    }

    protected override string NameOf(Facility record) => record.Name;

    protected override IAsyncEnumerable<IEnumerable<Facility>> List(CancellationToken cancellation) => Pages.Walk(
        new ListFacilitiesRequest { PageSize = Pages.Size },
        request => Gateway.Call((clients, options) => clients.Refining.ListFacilitiesAsync(request, options), cancellation),
        cancellation).Select(page => page.Facilities.AsEnumerable());

    protected override BatchWriteRow Create(string id, Facility record, string requestId) =>
        new() { CreateFacility = new() { FacilityId = id, Facility = record, RequestId = requestId } };

    protected override Task<Facility> Get(string name, CancellationToken cancellation) =>
        Gateway.Call((clients, options) => clients.Refining.GetFacilityAsync(new() { Name = name }, options), cancellation);

    protected override AsyncUnaryCall<BatchWriteResponse> Send(Gateway clients, IEnumerable<BatchWriteRow> commands, CallOptions options) =>
        clients.Refining.BatchWriteAsync(new() { Rows = { commands } }, options);
}
