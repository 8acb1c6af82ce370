// At stake: a caller must be able to act on every error and learn nothing about internals. Tested over gRPC on a process of the mesh whose
// only method throws what the test wants.
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Errors;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Errors;

public sealed class ExceptionMapperTests : IAsyncLifetime
{
    private readonly Throwing throwing = new();
    private InProcess process = null!;

    public async ValueTask InitializeAsync() =>
        process = await InProcess.Start("projects", builder => builder.Services.AddSingleton(throwing), app => app.MapGrpcService<Throwing>());

    public ValueTask DisposeAsync() => process.DisposeAsync();

    [Fact]
    public async Task A_refusal_arrives_with_all_its_details()
    {
        throwing.Exception = new RefusedException(Refusal.Invalid("project.country", "must be given.") with
        {
            Preconditions = [new() { Type = "T", Subject = "projects/a", Description = "D" }],
            Resource = new ResourceInfo { ResourceType = "mining/Project", ResourceName = "projects/a" },
            RetryAfter = TimeSpan.FromSeconds(2),
            Metadata = new Dictionary<string, string> { ["resume_after_sequence"] = "7" },
        });
        var status = await Refused.By(Call, StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal("project.country must be given.", status.Message);
        Assert.Equal("7", status.GetDetail<ErrorInfo>()!.Metadata["resume_after_sequence"]);
        Assert.Equal("must be given.", status.Description("project.country"));
        Assert.Equal("projects/a", Assert.Single(status.GetDetail<PreconditionFailure>()!.Violations).Subject);
        Assert.Equal("mining/Project", status.GetDetail<ResourceInfo>()!.ResourceType);
        Assert.Equal(2, status.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
    }

    [Fact]
    public async Task An_unavailable_database_is_UNAVAILABLE_and_may_be_retried()
    {
        throwing.Exception = new SqliteException("secret of the disk", 8);
        var status = await Refused.By(Call, StatusCode.Unavailable, "STORAGE_UNAVAILABLE");
        Assert.DoesNotContain("secret", status.Message, StringComparison.Ordinal);
        Assert.NotNull(status.GetDetail<RetryInfo>());
    }

    [Fact]
    public async Task An_unexpected_exception_is_sent_with_an_incident_id_and_nothing_else()
    {
        throwing.Exception = new InvalidOperationException("secret of the house");
        var status = await Refused.By(Call, StatusCode.Internal, "INTERNAL_ERROR");
        Assert.DoesNotContain("secret", status.Message, StringComparison.Ordinal);
        Assert.Matches("incident [0-9a-f]{16}", status.Message);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_a_client_error()
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary,
            ProjectService.Descriptor.FullName,
            "GetProject",
            Marshallers.Create(bytes => bytes, bytes => bytes),
            Marshallers.Create(bytes => bytes, bytes => bytes));
        await Refused.By(
            async () => await process.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, [0xff, 0xff]),
            StatusCode.InvalidArgument,
            "MALFORMED_REQUEST");
    }

    [Fact]
    public async Task A_refusal_of_too_many_fields_is_truncated_and_still_arrives()
    {
        var violations = new Violations();
        for (var i = 0; i < 1_000; i++)
            violations.Add($"project.outputs[{i}].mineral", "is \"unobtainium\", which is not a mineral in the catalogue; the nearest are: lithium, cobalt.");
        throwing.Exception = Record.Exception(violations.ThrowIfAny);
        var status = await Refused.By(Call, StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Contains("And 97 more.", status.Message, StringComparison.Ordinal);
        Assert.InRange(status.Fields().Length, 10, Violations.MaxNamedViolations); // as many as fit
    }

    private async Task Call() => await new ProjectService.ProjectServiceClient(process.Channel).GetProjectAsync(new());

    private sealed class Throwing : ProjectService.ProjectServiceBase
    {
        public Exception? Exception { get; set; }

        public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext context) => throw Exception!;
    }
}
