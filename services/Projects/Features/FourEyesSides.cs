using Grpc.Core;
using Mining.Investors.V1;
using Mining.Platform.Calls;
using Mining.Platform.Errors;
using Mining.Proposals;

namespace Mining.Projects.Features;

/// <summary>Asks the investors service which sides require two approvers (four eyes).</summary>
public sealed class FourEyesSides(IServiceCalls services, TimeProvider time, ILogger<FourEyesSides> log) : IFourEyesSides
{
    /// <summary>Timeout for calls to the investors service.</summary>
    public static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(3);

    private const int MaxPageSize = 1_000;

    public async Task<IReadOnlySet<string>> Read(CancellationToken cancellation)
    {
        var client = new InvestorService.InvestorServiceClient(services.To("investors"));
        var request = new ListPartnershipsRequest { PageSize = MaxPageSize };
        var sides = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            do
            {
                var page = await client.ListPartnershipsAsync(
                    request, deadline: time.GetUtcNow().UtcDateTime + AskDeadline, cancellationToken: cancellation);
                sides.UnionWith(page.Partnerships.SelectMany(partnership => partnership.Sides).Where(side => side.FourEyes).Select(side => side.SideId));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }
        catch (RpcException exception) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("The investors service could not be asked for partnerships: {Reason}", exception.Status.Detail);
            throw new RefusedException(Refusal.Unavailable(
                "INVESTORS_UNREACHABLE", "The investors service cannot be asked which sides require two approvers (four eyes); retry."));
        }

        return sides;
    }
}
