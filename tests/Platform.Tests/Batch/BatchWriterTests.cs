// At stake: a batch must do exactly what its single calls would do, and must not crowd out callers with a single command. Rows are real
// messages and the database is real; the writer can be blocked to inspect its queue. That batches of each service match single calls over
// random histories is tested in tests/Simulation.Tests/Batches.
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mining.Common.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Batch;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Tests.Audit;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Batch;

public sealed class BatchWriterTests : IAsyncLifetime
{
    private static readonly Caller Officer = new("eu:a") { Sides = ["EU"], Roles = Roles.Officer };

    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestService service = null!;
    private RefusedWrites trail = null!;
    private BatchWriter writer = null!;
    private FeatureCatalogue features = new([]);

    public async ValueTask InitializeAsync()
    {
        service = await TestService.Start();
        trail = new RefusedWrites(service.Committer, new FakeTimeProvider(), new LogLines<RefusedWrites>());
        writer = new BatchWriter(new ExceptionMapper(new LogLines<ExceptionMapper>()), trail);
        features = new FeatureCatalogue([new Create(service.Committer), new Fail(service.Committer), new Ask(service.Committer)]);
    }

    public async ValueTask DisposeAsync()
    {
        held.TrySetResult();
        writer.Dispose();
        trail.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Each_row_is_answered_in_order_and_a_refused_row_does_not_affect_the_others()
    {
        var answer = await Run(Row("a"), Row("taken"), new BatchWriteRow(), Row("a"), new BatchWriteRow { UpdateProject = new() }, Row("b"), Row(""));

        Assert.Equal(
            ["projects/a 1", "NOT_TODAY", "INVALID_FIELDS", "projects/a 2", "INTERNAL_ERROR", "projects/b 1", "INVALID_FIELDS"], answer.Results.Select(DisplayText));
        Assert.Equal(["rows[2].command"], answer.Results[2].Refusal.Fields());
        Assert.Contains("create_project, update_project", answer.Results[2].Refusal.Description("rows[2].command"), StringComparison.Ordinal);
        Assert.Equal(["rows[6].create_project.project_id"], answer.Results[6].Refusal.Fields());
        Assert.Equal("projects/taken", Assert.Single(answer.Results[1].Refusal.GetDetail<PreconditionFailure>()!.Violations).Subject);
        Assert.DoesNotContain("secret", answer.Results[4].Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["projects/a", "projects/b"], await service.Things());
    }

    [Fact]
    public async Task An_empty_or_too_large_batch_is_refused_as_a_whole()
    {
        Assert.Equal("rows", Assert.Single((await Assert.ThrowsAsync<RefusedException>(() => Run())).Refusal.Fields).Field);
        var many = Enumerable.Range(0, BatchWriter.MaxRows + 1).Select(i => Row($"p-{i}")).ToArray();
        Assert.Equal("rows", Assert.Single((await Assert.ThrowsAsync<RefusedException>(() => Run(many))).Refusal.Fields).Field);
        Assert.Empty(await service.Things());
        Assert.Equal(BatchWriter.MaxRows, (await Run(many[1..])).Results.Count(result => result.Written is not null));
    }

    [Fact]
    public async Task Rows_run_in_order_regardless_of_their_lookups()
    {
        var words = Enumerable.Range(0, 100).Select(i => new string('x', (i * 37 % 11) + 1)).ToList();
        await Run([.. words.Select(word => new BatchWriteRow { ChangeStage = new() { Name = "projects/one", Reason = word } })]);

        Assert.Equal(words, (await service.Changes()).Select(change => change.State.Unpack<Project>().DisplayName));
    }

    [Fact]
    public async Task Rows_share_transactions_and_leave_room_in_the_queue()
    {
        var holding = Hold();
        var batch = Run([.. Enumerable.Range(0, BatchWriter.MaxRows).Select(i => Row($"p-{i}"))]);
        var single = service.Put("projects/single");
        held.SetResult();
        await Task.WhenAll(holding, batch, single);

        var changes = await service.Changes();
        Assert.Equal(BatchWriter.MaxRows + 2, changes.Count);
        Assert.Equal(BatchWriter.MaxRowsAtWriter + 2, changes.Single(change => change.Resource == "projects/single").Sequence);
        // One for the command that blocks the writer, then full transactions while enough rows are queued.
        Assert.InRange(service.Signal.Count, 1 + (BatchWriter.MaxRows / BatchWriter.MaxRowsAtWriter), 20);
    }

    [Fact]
    public async Task Rows_not_yet_started_are_skipped_when_the_caller_cancels()
    {
        using var timeout = new CancellationTokenSource();
        var holding = Hold();
        var batch = writer.Run<BatchWriteRow>([.. Enumerable.Range(0, BatchWriter.MaxRows).Select(i => Row($"p-{i}"))], features, Officer, timeout.Token);
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch);
        held.SetResult();
        await holding;

        Assert.Equal("projects/later 1", DisplayText((await Run(Row("later"))).Results[0]));
        Assert.Equal(["projects/held", "projects/later"], await service.Things());
    }

    [Fact]
    public async Task Each_row_is_authorized_and_audited_as_its_own_method()
    {
        var auditor = Officer with { Roles = Roles.Auditor };
        var answer = await writer.Run([Row("a"), Row("b")], features, auditor, CancellationToken.None);
        Assert.Equal(["ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED"], answer.Results.Select(DisplayText));
        await Run(Row("taken"), new BatchWriteRow(), Row("c"));
        await trail.Flush(CancellationToken.None, all: true);

        var entries = await AuditTrailTests.Entries(service);
        Assert.Equal(
            [
                "BatchWrite  INVALID_FIELDS", "CreateProject projects/a ROLE_NOT_ALLOWED", "CreateProject projects/b ROLE_NOT_ALLOWED",
                "CreateProject projects/c ", "CreateProject projects/taken NOT_TODAY",
            ],
            entries.Select(entry => $"{entry.Method} {entry.Resource} {entry.Reason}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answer_full_of_long_refusals_fits_into_a_clients_message_limit()
    {
        const int maxClientMessageBytes = 4 << 20;
        var answer = await Run([.. Enumerable.Range(0, BatchWriter.MaxRows).Select(_ => Row("much"))]);

        Assert.True(answer.Results.All(result => result.Refusal.Fields().Length == 3));
        Assert.InRange(answer.CalculateSize(), maxClientMessageBytes / 3, maxClientMessageBytes);
    }

    [Fact]
    public void Every_write_can_be_a_row_and_a_caller_without_write_access_may_not_send_a_batch()
    {
        foreach (var row in (MessageDescriptor[])[BatchWriteRow.Descriptor, Investors.V1.BatchWriteRow.Descriptor, Refining.V1.BatchWriteRow.Descriptor])
        {
            var api = Assert.Single(row.File.Services);
            var writes = api.Methods.Where(method => AccessTable.IsWrite(method.FullName.Replace($".{method.Name}", $"/{method.Name}", StringComparison.Ordinal))).ToList();
            var taken = row.Oneofs[0].Fields.Select(field => field.MessageType).ToList();
            // The file of a central bank is a batch of its own.
            Assert.Equal(writes.Where(method => method.Name is not ("BatchWrite" or "ImportExchangeRates")).Select(method => method.InputType.Name).Order(), taken.Select(type => type.Name).Order());
            foreach (var role in Enum.GetValues<Roles>().Where(role => role != Roles.None))
            {
                var isAllowedAny = writes.Where(method => taken.Contains(method.InputType)).Any(method => AccessTable.Of($"/{api.FullName}/{method.Name}")!.Of(role) != Access.Denied);
                Assert.Equal(isAllowedAny, AccessTable.Of($"/{api.FullName}/BatchWrite")!.Of(role) != Access.Denied);
            }
        }
    }

    /// <summary>Blocks the writer; later commands are queued.</summary>
    private Task<Project> Hold() => service.Run(async work =>
    {
        await held.Task;
        return await TestService.Write(work, "projects/held", "");
    });

    private Task<BatchWriteResponse> Run(params BatchWriteRow[] rows) => writer.Run(rows, features, Officer, CancellationToken.None);

    private static BatchWriteRow Row(string id) => new() { CreateProject = new() { ProjectId = id } };

    private static string DisplayText(BatchWriteResult result) =>
        result.Written is { } written ? $"{written.Name} {written.Version}" : result.Refusal.GetDetail<ErrorInfo>()!.Reason;

    private sealed class Create(Committer committer) : CommandFeature<CreateProjectRequest, Project>(committer)
    {
        public override Func<UnitOfWork, Task<Project>> Prepare(CreateProjectRequest request, Violations violations)
        {
            if (request.ProjectId.Length == 0)
                violations.Add("project_id", "must be given.");
            for (var i = 0; request.ProjectId == "much" && i < Violations.MaxNamedViolations; i++)
                violations.Add($"project.outputs[{i}].mineral", new string('x', 900));
            var name = $"projects/{request.ProjectId}";
            return work => request.ProjectId == "taken"
                ? throw new RefusedException(Refusal.Precondition("NOT_TODAY", name, "Not today."))
                : TestService.Write(work, name, "");
        }
    }

    private sealed class Fail(Committer committer) : CommandFeature<UpdateProjectRequest, Project>(committer)
    {
        public override Func<UnitOfWork, Task<Project>> Prepare(UpdateProjectRequest request, Violations violations) =>
            throw new InvalidOperationException("secret of the house");
    }

    /// <summary>Calls another service first, which takes longer for some requests than for others.</summary>
    private sealed class Ask(Committer committer) : CommandFeature<ChangeStageRequest, Project>(committer)
    {
        public override Func<UnitOfWork, Task<Project>> Prepare(ChangeStageRequest request, Violations violations) =>
            work => TestService.Write(work, request.Name, request.Reason);

        protected override async Task RequireDependencies(ChangeStageRequest request, CancellationToken cancellation)
        {
            for (var i = 0; i < request.Reason.Length; i++)
                await Task.Yield();
        }
    }
}
