// At stake: neither side can touch the other's records. One valid command for every method that the table allows to officers for their own
// side only, called by the own side, by the other side, and by a caller for both; and attempts to bypass the rule.
using Google.Protobuf;
using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.LocalMesh.Identity;
using Mining.Mesh.Tests.Hostile;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using AccessTable = Mining.Platform.Authorization.AccessTable;
using Right = Mining.Platform.Authorization.Access;
using Money = Google.Type.Money;

namespace Mining.Mesh.Tests.Access;

public sealed class OtherSideTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>
{
    private static readonly Persona European = Persona.All.Single(persona => persona.Name == "eu-officer");
    private static readonly Persona American = Persona.All.Single(persona => persona.Name == "us-officer");

    private static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    /// <summary>A command for each method, about European records, that changes nothing.</summary>
    private static IReadOnlyList<IMessage> Commands(string id) =>
    [
        new CreateProjectRequest { ProjectId = $"{id}-2", Project = Mine("EU"), ValidateOnly = true },
        new UpdateProjectRequest { Project = new Project { Name = $"projects/{id}", Operator = "Other" }, ValidateOnly = true },
        new ChangeStageRequest { Name = $"projects/{id}", Stage = Stage.Construction, Reason = "decided", ValidateOnly = true },
        new RecordMilestoneRequest { Name = $"projects/{id}", Milestone = new() { MilestoneId = "a", DisplayName = "A", BaselineDate = new() { Year = 2030 } }, ValidateOnly = true },
        new RecordPermitRequest { Name = $"projects/{id}", Permit = new() { PermitId = "a", DisplayName = "A", Activity = PermitActivity.Other }, ValidateOnly = true },
        new CreateInvestorRequest { InvestorId = $"{id}-2", Investor = Bank("FR"), ValidateOnly = true },
        new UpdateInvestorRequest { Investor = new Investor { Name = $"investors/{id}", DisplayName = "Other" }, ValidateOnly = true },
        new CreateCommitmentRequest { CommitmentId = $"{id}-2", Commitment = Loan(id), ValidateOnly = true },
        new UpdateCommitmentRequest { Commitment = new Commitment { Name = $"commitments/{id}", Amount = Euros(7) }, ValidateOnly = true },
        new SignCommitmentRequest { Name = $"commitments/{id}", ValidateOnly = true },
        new CancelCommitmentRequest { Name = $"commitments/{id}", ValidateOnly = true },
        new RecordDisbursementRequest { Name = $"commitments/{id}-signed", Disbursement = new() { Amount = Euros(1) }, ValidateOnly = true },
        new CreateFacilityRequest { FacilityId = $"{id}-2", Facility = Smelter("EU"), ValidateOnly = true },
        new UpdateFacilityRequest { Facility = new Facility { Name = $"facilities/{id}", Operator = "Other" }, ValidateOnly = true },
        new ReleaseReservationRequest { Name = $"reservations/{id}", ValidateOnly = true },
    ];

    [Fact]
    public async Task Each_method_accepts_the_own_side_and_refuses_the_other()
    {
        var id = await Make("matrix");
        var commands = Commands(id);
        var covered = commands.Select(command => command.Descriptor.Name[..^"Request".Length]).Append("ReserveCapacity")
            // Proposals concern several sides: see ProposalTests. A batch is tested by its rows, below.
            .Concat(["BatchWrite", "BatchWrite", "BatchWrite", "RaiseProposal", "ApproveProposal", "RejectProposal", "WithdrawProposal", "ListAuditEntries"]);
        Assert.Equal(
            AccessTable.Rows.Where(row => row.Officer == Right.OwnSide).Select(row => row.Method[(row.Method.IndexOf('/', StringComparison.Ordinal) + 1)..]).Order(), covered.Order());
        foreach (var command in commands)
        {
            await Send(European, command);
            await Send(TestIssuer.Developer, command);
            await Refused.By(() => Send(American, command), StatusCode.PermissionDenied, "OTHER_SIDE");
        }
    }

    [Fact]
    public async Task A_batch_answers_each_row_like_its_method()
    {
        var id = await Make("batched");
        foreach (var owned in Commands(id).GroupBy(command => command.Descriptor.File.Package))
        {
            Assert.All(await Batch(European, owned), result => Assert.NotNull(result.Written));
            Assert.All(await Batch(American, owned), result => Assert.Equal("OTHER_SIDE", result.Refusal.GetDetail<Google.Rpc.ErrorInfo>()!.Reason));
        }

        // A caller who may send a batch for its rates may still not sign in it, and vice versa.
        var rates = new PublishExchangeRatesRequest { Date = new() { Year = 2024, Month = 5, Day = 1 }, Rates = { new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new() { Value = "1.1" } } } };
        var sign = new SignCommitmentRequest { Name = $"commitments/{id}" };
        Assert.Equal(["", "ROLE_NOT_ALLOWED"], (await Batch(Persona.All.Single(persona => persona.Name == "operator"), [rates, sign])).Select(Reason));
        Assert.Equal(["ROLE_NOT_ALLOWED", ""], (await Batch(European, [rates, sign])).Select(Reason));

        static string Reason(BatchWriteResult result) => result.Refusal?.GetDetail<Google.Rpc.ErrorInfo>()!.Reason ?? "";
    }

    [Fact]
    public async Task A_partnership_is_changed_only_on_behalf_of_both_sides()
    {
        var change = new UpdatePartnershipRequest { Partnership = new Partnership { Name = "partnerships/eu-us", DisplayName = "Ours" }, ValidateOnly = true };
        await Refused.By(() => Send(European, change), StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        await Refused.By(() => Send(American, change), StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        await Send(TestIssuer.Developer, change);
    }

    [Fact]
    public async Task A_record_belongs_to_the_side_that_created_it_which_can_invite_the_other()
    {
        var mine = Mine();
        var made = (Project)await Send(European, new CreateProjectRequest { ProjectId = "own", Project = mine });
        Assert.Equal(["EU"], made.Parties);
        var takeOver = new UpdateProjectRequest { Project = new Project { Name = made.Name, Parties = { "US" } } };
        await Refused.By(() => Send(American, takeOver), StatusCode.PermissionDenied, "OTHER_SIDE");

        var shared = (Project)await Send(European, new UpdateProjectRequest { Project = new Project { Name = made.Name, Parties = { "US", "EU" } } });
        Assert.Equal(["EU", "US"], shared.Parties);
        await Send(American, new UpdateProjectRequest { Project = new Project { Name = made.Name, Operator = "Joint" } });
        // One of two owners now, the guest cannot remove the host.
        await Refused.By(() => Send(American, takeOver), StatusCode.PermissionDenied, "OTHER_SIDE");
        var left = (Project)await Send(American, new UpdateProjectRequest { Project = new Project { Name = made.Name, Parties = { "EU" } } });
        Assert.Equal(["EU"], left.Parties);
    }

    [Fact]
    public async Task A_record_cannot_be_created_for_the_other_side()
    {
        await Refused.By(
            () => Send(American, new CreateProjectRequest { ProjectId = "forged", Project = Mine("EU") }), StatusCode.PermissionDenied, "OTHER_SIDE");
        await Refused.By(() => Send(American, new CreateInvestorRequest { InvestorId = "forged", Investor = Bank("FR") }), StatusCode.PermissionDenied, "OTHER_SIDE");
        await Refused.By(
            () => Send(American, new CreateFacilityRequest { FacilityId = "forged", Facility = Smelter("EU") }), StatusCode.PermissionDenied, "OTHER_SIDE");
    }

    [Fact]
    public async Task An_investor_cannot_be_moved_to_the_other_side_by_its_seat()
    {
        await Send(American, new CreateInvestorRequest { InvestorId = "mover", Investor = Bank("US") });
        var move = new UpdateInvestorRequest { Investor = new Investor { Name = "investors/mover", Country = "FR" } };
        await Refused.By(() => Send(American, move), StatusCode.PermissionDenied, "OTHER_SIDE");
        await Refused.By(() => Send(European, move), StatusCode.PermissionDenied, "OTHER_SIDE");
    }

    [Fact]
    public async Task Any_officer_may_change_a_record_without_a_side()
    {
        await Send(European, new CreateInvestorRequest { InvestorId = "outside", Investor = Bank("JP") });
        await Send(American, new UpdateInvestorRequest { Investor = new Investor { Name = "investors/outside", DisplayName = "Outside" } });
    }

    [Fact]
    public async Task A_reservation_is_released_by_the_side_that_made_it()
    {
        var id = await Make("released");
        var reservation = new ReserveCapacityRequest { ReservationId = $"{id}-us", Reservation = Claim(id) };
        await Send(American, reservation);
        await Refused.By(() => Send(European, new ReleaseReservationRequest { Name = $"reservations/{id}-us" }), StatusCode.PermissionDenied, "OTHER_SIDE");
        await Send(American, new ReleaseReservationRequest { Name = $"reservations/{id}-us" });
    }

    [Fact]
    public async Task An_issuer_speaks_for_its_own_side_only()
    {
        await using var europe = await DevelopmentIssuer.Start(
            ServiceProcess.FreePort(), Directory.CreateTempSubdirectory("mining-issuer-").FullName, TimeProvider.System);
        await using var projects = new ServiceProcess("projects", new Dictionary<string, string>
        {
            ["Mesh__Identity__Issuers__eu__Issuer"] = europe.Address,
            ["Mesh__Identity__Issuers__eu__Sides__0"] = "EU",
        });
        await projects.Start();
        // Europe's provider issues a token that claims to act for America, and one with another issuer's subject.
        var create = new CreateProjectRequest { ProjectId = "one", Project = Mine("US") };
        using (var forged = TestIssuer.ChannelWith(projects.Address, europe.TokenFor(American)))
            await Refused.By(() => new ProjectService.ProjectServiceClient(forged).CreateProjectAsync(create).ResponseAsync, StatusCode.PermissionDenied, "SIDE_REQUIRED");
        using (var both = TestIssuer.ChannelWith(projects.Address, europe.TokenFor(TestIssuer.Developer)))
        {
            var made = await new ProjectService.ProjectServiceClient(both).CreateProjectAsync(new() { ProjectId = "two", Project = Mine() });
            Assert.Equal(["EU"], made.Parties);
        }

        var revisions = await new ProjectService.ProjectServiceClient(projects.Channel).ListRevisionsAsync(new() { Name = "projects/two" });
        Assert.Equal("eu:developer", revisions.Revisions.Single().Actor);
    }

    private static Project Mine(params string[] parties) =>
        new() { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining }, Stage = Stage.Financing, Parties = { parties } };

    private static Investor Bank(string country) => new() { DisplayName = "A bank", Country = country, Kind = InvestorKind.CommercialBank };

    private static Commitment Loan(string id) => new()
    {
        Investor = $"investors/{id}",
        Project = $"projects/{id}",
        Instrument = Instrument.Loan,
        CurrencyCode = "EUR",
        Amount = Euros(9),
    };

    private static Facility Smelter(params string[] parties) => new()
    {
        DisplayName = "A smelter",
        Country = "DE",
        Capacities = { new Capacity { Mineral = "tin", TonnesPerYear = new() { Value = "900" } } },
        Parties = { parties },
    };

    private static Reservation Claim(string id) => new()
    {
        Facility = $"facilities/{id}",
        Project = $"projects/{id}",
        Mineral = "tin",
        TonnesPerYear = new() { Value = "1" },
        FromYear = 2030,
        ToYear = 2030,
    };

    /// <summary>A European project, investor, facility, two commitments and a reservation.</summary>
    private async Task<string> Make(string id)
    {
        await Send(European, new CreateProjectRequest { ProjectId = id, Project = Mine() });
        await Send(European, new CreateInvestorRequest { InvestorId = id, Investor = Bank("FR") });
        await Send(European, new CreateCommitmentRequest { CommitmentId = id, Commitment = Loan(id) });
        await Send(European, new CreateCommitmentRequest { CommitmentId = $"{id}-signed", Commitment = Loan(id) });
        await Send(European, new SignCommitmentRequest { Name = $"commitments/{id}-signed" });
        await Send(European, new CreateFacilityRequest { FacilityId = id, Facility = Smelter() });
        await Send(European, new ReserveCapacityRequest { ReservationId = id, Reservation = Claim(id) });
        return id;
    }

    private async Task<IMessage> Send(Persona persona, IMessage command)
    {
        using var channel = TestIssuer.Channel(matrix.Mesh.Gateway.Address, persona);
        var method = HostileMesh.Methods.Single(method => method.InputType == command.Descriptor);
        var raw = new Method<byte[], byte[]>(
            MethodType.Unary, method.Service.FullName, method.Name, Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes), Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(raw, null, default, command.ToByteArray());
        return method.OutputType.Parser.ParseFrom(await call.ResponseAsync);
    }

    private async Task<IReadOnlyList<BatchWriteResult>> Batch(Persona persona, IEnumerable<IMessage> commands)
    {
        var types = HostileMesh.Methods.Where(method => method.Name == "BatchWrite").Select(method => method.InputType);
        var batch = types.Single(type => type.File == commands.First().Descriptor.File).Parser.ParseFrom(ByteString.Empty);
        var rows = batch.Descriptor.FindFieldByName("rows");
        foreach (var command in commands)
        {
            var row = rows.MessageType.Parser.ParseFrom(ByteString.Empty);
            row.Descriptor.Oneofs[0].Fields.Single(field => field.MessageType == command.Descriptor).Accessor.SetValue(row, command);
            ((System.Collections.IList)rows.Accessor.GetValue(batch)).Add(row);
        }

        return ((BatchWriteResponse)await Send(persona, batch)).Results;
    }
}
