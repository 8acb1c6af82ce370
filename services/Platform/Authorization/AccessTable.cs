using Grpc.Core;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using static Mining.Platform.Authorization.Access;
using static Mining.Platform.Authorization.MethodTraits;

namespace Mining.Platform.Authorization;

/// <summary>What a role may do with a method.</summary>
public enum Access
{
    /// <summary>The call is refused.</summary>
    Denied,

    /// <summary>Allowed for records of the caller's own sides. The command checks whose record it is.</summary>
    OwnSide,

    /// <summary>Allowed if the caller acts for every side concerned.</summary>
    BothSides,

    /// <summary>The call is allowed.</summary>
    Allowed,
}

/// <summary>What a method does, as far as the platform treats methods differently.</summary>
[Flags]
public enum MethodTraits
{
    /// <summary>It only reads, carries a token, and ends at the deadline of <c>Mesh:Limits:DeadlineMilliseconds</c>.</summary>
    Reads = 0,

    /// <summary>It writes: its refusals are audited.</summary>
    Writes = 1,

    /// <summary>It may take longer than other calls, because it processes a whole file or log.</summary>
    NoDeadline = 2,

    /// <summary>
    /// It needs no token: health, for probes, and deliveries, which carry the sidecar's token and arrive on their own port.
    /// </summary>
    NoToken = 4,
}

/// <summary>What each role may do with one method.</summary>
/// <param name="Method">The method, as <c>package.Service/Method</c>.</param>
/// <param name="Officer">Access of officers.</param>
/// <param name="Board">Access of board members.</param>
/// <param name="Operator">Access of operators.</param>
/// <param name="Auditor">Access of auditors.</param>
/// <param name="Service">Access of other services of the mesh.</param>
/// <param name="Traits">What the method does.</param>
public sealed record AccessRow(
    string Method, Access Officer, Access Board, Access Operator, Access Auditor, Access Service, MethodTraits Traits)
{
    /// <summary>Whether the method writes, which means that its refusals are audited.</summary>
    public bool Writes => Traits.HasFlag(MethodTraits.Writes);

    /// <summary>Whether the method needs a token.</summary>
    public bool NeedsToken => !Traits.HasFlag(MethodTraits.NoToken);

    /// <summary>Whether the method's duration is limited. Only unary calls have a deadline; streams never do.</summary>
    public bool HasDeadline => !Traits.HasFlag(MethodTraits.NoDeadline);

    /// <summary>The highest access that any of these roles has.</summary>
    public Access Of(Roles roles)
    {
        var most = Denied;
        Add(Roles.Officer, Officer);
        Add(Roles.Board, Board);
        Add(Roles.Operator, Operator);
        Add(Roles.Auditor, Auditor);
        Add(Roles.Service, Service);
        return most;

        void Add(Roles role, Access access) => most = roles.HasFlag(role) && access > most ? access : most;
    }
}

/// <summary>The access table of all services: which role may call which method. A method without a row is refused.</summary>
public static class AccessTable
{
    /// <summary>The rows of the table. Each row of a batch is also checked against the row of its own method.</summary>
    public static readonly IReadOnlyList<AccessRow> Rows =
    [
        //                                                              officer    board    operator auditor  service  traits
        Row("mining.projects.v1.ProjectService/CreateProject",          OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.projects.v1.ProjectService/UpdateProject",          OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.projects.v1.ProjectService/ChangeStage",            OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.projects.v1.ProjectService/RecordMilestone",        OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.projects.v1.ProjectService/RecordPermit",           OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.projects.v1.ProjectService/GetProject",             Allowed,   Allowed, Allowed, Allowed, Allowed, Reads),
        Row("mining.projects.v1.ProjectService/ListProjects",           Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.projects.v1.ProjectService/ListRevisions",          Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.projects.v1.ProjectService/ListMinerals",           Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.projects.v1.ProjectService/BatchWrite",             OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes | NoDeadline),

        Row("mining.investors.v1.InvestorService/GetPartnership",       Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/ListPartnerships",     Allowed,   Allowed, Allowed, Allowed, Allowed, Reads),
        Row("mining.investors.v1.InvestorService/UpdatePartnership",    BothSides, Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/CreateInvestor",       OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/GetInvestor",          Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/ListInvestors",        Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/UpdateInvestor",       OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/CreateCommitment",     OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/GetCommitment",        Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/ListCommitments",      Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/UpdateCommitment",     OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/SignCommitment",       OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/CancelCommitment",     OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/RecordDisbursement",   OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/PublishExchangeRates", Denied,    Denied,  Allowed, Denied,  Denied,  Writes),
        Row("mining.investors.v1.InvestorService/ListExchangeRates",    Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.investors.v1.InvestorService/ImportExchangeRates",  Denied,    Denied,  Allowed, Denied,  Denied,  Writes | NoDeadline),
        Row("mining.investors.v1.InvestorService/BatchWrite",           OwnSide,   Denied,  Allowed, Denied,  Denied,  Writes | NoDeadline),

        Row("mining.refining.v1.RefiningService/CreateFacility",        OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.refining.v1.RefiningService/GetFacility",           Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.refining.v1.RefiningService/ListFacilities",        Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.refining.v1.RefiningService/UpdateFacility",        OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.refining.v1.RefiningService/ReserveCapacity",       OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.refining.v1.RefiningService/ReleaseReservation",    OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.refining.v1.RefiningService/GetReservation",        Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.refining.v1.RefiningService/ListReservations",      Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.refining.v1.RefiningService/GetAvailability",       Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.refining.v1.RefiningService/BatchWrite",            OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes | NoDeadline),

        Row("mining.proposals.v1.ProposalService/RaiseProposal",        OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.proposals.v1.ProposalService/ApproveProposal",      OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.proposals.v1.ProposalService/RejectProposal",       OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.proposals.v1.ProposalService/WithdrawProposal",     OwnSide,   Denied,  Denied,  Denied,  Denied,  Writes),
        Row("mining.proposals.v1.ProposalService/GetProposal",          Allowed,   Allowed, Denied,  Allowed, Denied,  Reads),
        Row("mining.proposals.v1.ProposalService/ListProposals",        Allowed,   Allowed, Denied,  Allowed, Denied,  Reads),
        Row("mining.proposals.v1.ProposalService/WatchProposals",       Allowed,   Allowed, Denied,  Allowed, Denied,  Reads),

        Row("mining.portfolio.v1.PortfolioService/GetPortfolioSummary", Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.portfolio.v1.PortfolioService/ListCoInvestments",   Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.portfolio.v1.PortfolioService/ListPipeline",        Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.portfolio.v1.PortfolioService/GetProjectDossier",   Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("mining.portfolio.v1.PortfolioService/WatchPortfolio",      Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),

        Row("mining.changes.v1.ChangeFeedService/ReadChanges",          Denied,    Denied,  Denied,  Allowed, Allowed, Reads),
        Row("mining.changes.v1.ChangeFeedService/VerifyChain",          Denied,    Denied,  Allowed, Allowed, Allowed, Reads | NoDeadline),
        Row("mining.changes.v1.ChangeFeedService/ListParkedChanges",    Denied,    Denied,  Allowed, Allowed, Denied,  Reads),
        Row("mining.changes.v1.ChangeFeedService/RedriveChanges",       Denied,    Denied,  Allowed, Denied,  Denied,  Writes),

        Row("mining.changes.v1.AuditService/ListAuditEntries",          OwnSide,   OwnSide, Denied,  Allowed, Denied,  Reads),
        Row("mining.changes.v1.AuditService/ListCheckpoints",           Allowed,   Allowed, Denied,  Allowed, Denied,  Reads),

        Row("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),
        Row("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Allowed,   Allowed, Allowed, Allowed, Denied,  Reads),

        // Health, for probes, and deliveries, which carry the sidecar's token.
        Open("grpc.health.v1.Health/Check", Reads),
        Open("grpc.health.v1.Health/Watch", Reads),
        Open("dapr.proto.runtime.v1.AppCallback/OnInvoke", Writes),
        Open("dapr.proto.runtime.v1.AppCallback/ListTopicSubscriptions", Reads),
        Open("dapr.proto.runtime.v1.AppCallback/OnTopicEvent", Writes),
        Open("dapr.proto.runtime.v1.AppCallback/ListInputBindings", Reads),
        Open("dapr.proto.runtime.v1.AppCallback/OnBindingEvent", Writes),
        Open("dapr.proto.runtime.v1.AppCallback/OnBulkTopicEvent", Writes),
        Open("dapr.proto.runtime.v1.AppCallback/OnJobEvent", Writes),
        Open("dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck", Reads),
    ];

    private static readonly Dictionary<string, AccessRow>.AlternateLookup<ReadOnlySpan<char>> ByMethod =
        Rows.ToDictionary(row => row.Method, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The row of a method; null if it has none and is refused.</summary>
    /// <param name="method">The full gRPC name, <c>/package.Service/Method</c>.</param>
    public static AccessRow? Of(string method) => ByMethod.TryGetValue(method.AsSpan().TrimStart('/'), out var row) ? row : null;

    /// <summary>Refuses unless the roles may call the method.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (ROLE_NOT_ALLOWED, SIDE_REQUIRED).</exception>
    public static void Authorise(string method, Caller caller)
    {
        var access = Of(method)?.Of(caller.Roles) ?? Denied;
        if (access == Denied)
        {
            throw new RefusedException(new Refusal(
                StatusCode.PermissionDenied,
                "ROLE_NOT_ALLOWED",
                $"{caller.Name} may not call {NameOf(method)}: its roles ({DisplayText(caller.Roles)}) do not allow it."));
        }

        if (access != Allowed && caller.Sides.Count == 0)
        {
            throw new RefusedException(new Refusal(
                StatusCode.PermissionDenied, "SIDE_REQUIRED", $"{caller.Name} may not call {NameOf(method)}: its token names no side that its issuer may speak for."));
        }
    }

    /// <summary>Whether a method writes. A method without a row counts as a write, so that its refusals are audited.</summary>
    public static bool IsWrite(string method) => Of(method) is not { Writes: false };

    /// <summary>Whether a method needs a token. A method without a row needs one.</summary>
    public static bool NeedsToken(string method) => Of(method) is not { NeedsToken: false };

    /// <summary>Whether the duration of a method is limited. That of a method without a row is.</summary>
    public static bool HasDeadline(string method) => Of(method) is not { HasDeadline: false };

    private static string NameOf(string method) => method[(method.LastIndexOf('/') + 1)..];

    private static string DisplayText(Roles roles) => roles == Roles.None ? "none" : roles.ToString().ToLowerInvariant();

    private static AccessRow Row(
        string method, Access officer, Access board, Access @operator, Access auditor, Access service, MethodTraits traits) =>
        new(method, officer, board, @operator, auditor, service, traits);

    private static AccessRow Open(string method, MethodTraits traits) =>
        Row(method, Allowed, Allowed, Allowed, Allowed, Allowed, traits | NoDeadline | NoToken);
}
