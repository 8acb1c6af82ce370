using Mining.Gateway.ReadModel;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>Lists co-investments by group. Errors as of <see cref="GetPortfolioSummary"/>.</summary>
public sealed class ListCoInvestments(PageTokens tokens)
{
    public ListCoInvestmentsResponse Answer(
        PortfolioSnapshot snapshot, ListCoInvestmentsRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var violations = new Violations();
        violations.CheckEnum("group_by", request.GroupBy);
        violations.CheckEnum("measure", request.Measure);
        violations.CheckEnum("order_by", request.OrderBy);
        var page = Page.Read(tokens, request, caller, request.PageSize, request.PageToken, violations);
        var query = QueryReader.Read(request.Query, snapshot, caller, today, violations);
        return OverflowGuard.Answer(() => CoInvestments.Of(query, request).Answer(page, freshness));
    }
}
