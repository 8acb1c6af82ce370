using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;

namespace Mining.Investors.Features;

/// <summary>Lists investors by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListInvestors(InvestorStore store, PageTokens tokens)
    : ListFeature<ListInvestorsRequest, ListInvestorsResponse, Investor>(tokens)
{
    protected override void Validate(ListInvestorsRequest request, Violations violations)
    {
        violations.CheckEach("countries", request.Countries, MaxValues, violations.CheckCountry);
        violations.CheckEach("kinds", request.Kinds, MaxValues, (field, value) => violations.CheckEnum(field, value, required: true));
        violations.CheckText("text", request.Text, MaxTextLength);
    }

    protected override Task<IReadOnlyList<Investor>> Read(
        ListInvestorsRequest request, Caller caller, string after, int limit, CancellationToken cancellation) =>
        store.List(request, after, limit, cancellation);

    protected override ListInvestorsResponse Respond(IEnumerable<Investor> page, string nextPageToken) =>
        new() { Investors = { page }, NextPageToken = nextPageToken };
}
