using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Projects.V1;

namespace Mining.Cli.Import;

/// <summary><c>projects.csv</c>.</summary>
internal sealed class ProjectImport(ImportGateway gateway) : RecordImport<Project, BatchWriteRow>(gateway)
{
    public override CsvFormat Format { get; } = new(
        "projects.csv",
        [
            "project_id", "name", "kind", "country", "minerals", "stage", "capex_amount", "capex_currency", "planned_output_t_per_year",
            "output_product", "planned_first_production",
        ],
        ["operator", "latitude", "longitude", "source", "confidence"]);

    public override IReadOnlyList<string> KeyColumns { get; } = ["project_id"];

    protected override string Collection => ResourceNames.Projects;

    protected override IReadOnlyList<string> ComparedFields { get; } =
    [
        "display_name", "operator", "kinds", "country", "location", "minerals", "stage", "capital_cost", "outputs",
        "planned_first_production", "sources",
    ];

    protected override RowRefusal Refusal { get; } = new(new Dictionary<string, string>
    {
        ["project_id"] = "project_id",
        ["display_name"] = "name",
        ["operator"] = "operator",
        ["kinds"] = "kind",
        ["country"] = "country",
        ["location"] = "latitude",
        ["location.latitude"] = "latitude",
        ["location.longitude"] = "longitude",
        ["minerals"] = "minerals",
        ["stage"] = "stage",
        ["capital_cost"] = "capex_amount",
        ["capital_cost.currency_code"] = "capex_currency",
        ["outputs"] = "output_product",
        ["outputs.tonnes_per_year"] = "planned_output_t_per_year",
        ["planned_first_production"] = "planned_first_production",
        ["sources"] = "source",
    });

    protected override Project Map(RowReader reader)
    {
        var project = new Project
        {
            DisplayName = reader.Text("name"),
            Operator = reader.Text("operator"),
            Kinds = { reader.Choices<ProjectKind>("kind", '+') },
            Country = reader.Text("country"),
            Location = reader.Location("latitude", "longitude"),
            Minerals = { reader.MineralIds("minerals") },
            Stage = reader.OptionalChoice<Stage>("stage"),
            CapitalCost = reader.Amount("capex_amount", "capex_currency"),
            PlannedFirstProduction = reader.Date("planned_first_production"),
            Sources = { reader.Sources() },
        };
        if (reader.Text("planned_output_t_per_year").Length > 0 || reader.Text("output_product").Length > 0)
        {
            project.Outputs.Add(new Output
            {
                // The file has one product per project; with several minerals, it is unknown which of them it belongs to.
                Mineral = project.Minerals is [var only] ? only : "",
                Product = reader.Text("output_product"),
                TonnesPerYear = reader.Tonnes("planned_output_t_per_year"),
            });
        }

        return project;
    }

    protected override string NameOf(Project record) => record.Name;

    protected override IAsyncEnumerable<IEnumerable<Project>> List(CancellationToken cancellation) => Pages.Walk(
        new ListProjectsRequest { PageSize = Pages.Size },
        request => Gateway.Call((clients, options) => clients.Projects.ListProjectsAsync(request, options), cancellation),
        cancellation).Select(page => page.Projects.AsEnumerable());

    protected override BatchWriteRow Create(string id, Project record, string requestId) =>
        new() { CreateProject = new() { ProjectId = id, Project = record, RequestId = requestId } };

    protected override Task<Project> Get(string name, CancellationToken cancellation) =>
        Gateway.Call((clients, options) => clients.Projects.GetProjectAsync(new() { Name = name }, options), cancellation);

    protected override AsyncUnaryCall<BatchWriteResponse> Send(Gateway clients, IEnumerable<BatchWriteRow> commands, CallOptions options) =>
        clients.Projects.BatchWriteAsync(new() { Rows = { commands } }, options);
}
