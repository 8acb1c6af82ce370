// At stake: a write whose refusals nobody records because its name begins like that of a read, and a method that is open to everybody.
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.Reflection;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Platform.Authorization;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Refining.V1;
using Xunit;

namespace Mining.Platform.Tests.Authorization;

public sealed class AccessTableTests
{
    private static readonly ServiceDescriptor[] OfTheMesh =
    [
        ProjectService.Descriptor, InvestorService.Descriptor, RefiningService.Descriptor, ProposalService.Descriptor,
        PortfolioService.Descriptor, ChangeFeedService.Descriptor, AuditService.Descriptor,
    ];

    /// <summary>Writes that can be repeated without a request id. Each row of a batch has one of its own.</summary>
    private static readonly string[] WithoutRequestId = ["BatchWrite", "ImportExchangeRates", "RedriveChanges"];

    [Fact]
    public void A_method_writes_if_its_request_has_a_request_id_or_needs_none()
    {
        var methods = OfTheMesh.SelectMany(service => service.Methods).ToList();
        Assert.Equal(
            methods.Where(method => method.InputType.FindFieldByName("request_id") is not null || WithoutRequestId.Contains(method.Name)).Select(NameOf).Order(),
            methods.Select(NameOf).Where(AccessTable.IsWrite).Order());
    }

    [Fact]
    public void Only_health_and_the_sidecars_deliveries_need_no_token() =>
        Assert.Equal(
            ((ServiceDescriptor[])[Grpc.Health.V1.Health.Descriptor, AppCallback.Descriptor, AppCallbackHealthCheck.Descriptor])
                .SelectMany(service => service.Methods).Select(NameOf).Order(),
            AccessTable.Rows.Where(row => !row.NeedsToken).Select(row => row.Method).Order());

    [Fact]
    public void Only_health_deliveries_and_calls_that_process_a_whole_file_or_log_have_no_deadline() =>
        Assert.Equal(
            ["BatchWrite", "BatchWrite", "BatchWrite", "ImportExchangeRates", "VerifyChain"],
            AccessTable.Rows.Where(row => row.NeedsToken && !row.HasDeadline).Select(row => row.Method.Split('/')[1]).Order());

    [Fact]
    public void A_method_without_a_row_needs_a_token_has_a_deadline_and_is_audited()
    {
        const string unknown = "/mining.new.v1.NewService/GetAnything";
        Assert.True(AccessTable.NeedsToken(unknown) && AccessTable.HasDeadline(unknown) && AccessTable.IsWrite(unknown));
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";
}
