using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;

namespace Mining.Investors.Features;

/// <summary>Lists investors by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListInvestors(InvestorStore store, PageTokens tokens)
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    private const int MaxTextLength = 100;

    public async Task<ListInvestorsResponse> Run(ListInvestorsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.CheckCount("countries", request.Countries.Count, MaxValues);
        violations.CheckCount("kinds", request.Kinds.Count, MaxValues);
        violations.CheckText("text", request.Text, MaxTextLength);
        for (var i = 0; i < Math.Min(request.Countries.Count, MaxValues); i++)
            violations.CheckCountry($"countries[{i}]", request.Countries[i]);
        for (var i = 0; i < Math.Min(request.Kinds.Count, MaxValues); i++)
            violations.CheckEnum($"kinds[{i}]", request.Kinds[i], required: true);
        violations.ThrowIfAny();

        var investors = await store.List(request, position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListInvestorsResponse { Investors = { investors.Take(pageSize) } };
        if (investors.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, investors[pageSize - 1].Name);
        return answer;
    }
}
