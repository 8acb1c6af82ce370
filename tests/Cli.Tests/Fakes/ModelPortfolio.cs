using System.Globalization;
using Mining.Portfolio.V1;
using Mining.Simulation.Model;

namespace Mining.Cli.Tests.Fakes;

/// <summary>
/// Lets the fake gateway answer with the figures of the simulator's model, so that <c>verify</c> finds agreement unless a test falsifies
/// something.
/// </summary>
internal sealed class ModelPortfolio(FakeGateway gateway)
{
    private static readonly string[] Sources = ["projects", "investors", "refining"];

    /// <summary>How many changes of the investors feed the gateway is behind.</summary>
    public int Behind { get; set; }

    /// <summary>The number of rows per page, whatever the request asks for.</summary>
    public int MaxRows { get; set; } = int.MaxValue;

    /// <summary>Changes a summary before it is sent.</summary>
    public Action<PortfolioSummary> FalsifySummary { get; set; } = _ => { };

    /// <summary>Changes a page before it is sent.</summary>
    public Action<ListCoInvestmentsRequest, ListCoInvestmentsResponse> FalsifyPage { get; set; } = (_, _) => { };

    /// <summary>Runs after each answer.</summary>
    public Action Afterwards { get; set; } = () => { };

    private static DateOnly Today => DateOnly.FromDateTime(CommandRun.Now.Date);

    private MeshModel Model => MeshModel.Of(Sources.SelectMany(gateway.Mesh.Log));

    public void Install()
    {
        gateway.Portfolio.Summary = request =>
        {
            var summary = Model.Portfolio(request.Query, Today).Summary();
            summary.Freshness.Add(Freshness());
            FalsifySummary(summary);
            Afterwards();
            return summary;
        };
        gateway.Portfolio.CoInvestments = request =>
        {
            var page = Model.Portfolio(request.Query, Today).CoInvestments(request.GroupBy, request.Measure, request.JointOnly);
            var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, CultureInfo.InvariantCulture);
            var rows = page.Rows.ToList();
            page.NextPageToken = rows.Count - start > MaxRows ? FormattableString.Invariant($"{start + MaxRows}") : "";
            page.Rows.Clear();
            page.Rows.Add(rows.Skip(start).Take(MaxRows));
            page.Freshness.Add(Freshness());
            FalsifyPage(request, page);
            Afterwards();
            return page;
        };
    }

    private IEnumerable<SourceFreshness> Freshness() => Sources.Select(source =>
    {
        var last = gateway.Mesh.Log(source).Count;
        return new SourceFreshness
        {
            Source = source,
            AppliedSequence = source == "investors" ? last - Behind : last,
            LastKnownSequence = last,
            State = SourceState.Current,
        };
    });
}
