using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Simulation.Model.Figures;
using Mining.Simulation.Model.Rules;

namespace Mining.Simulation.Model;

/// <summary>
/// What the mesh must hold and answer, derived from its documentation alone: the design, the comments in the protos and the documents. It
/// shares no line with the services, and prefers the plain loop to the fast one, so that a difference shows an error on one side.
/// </summary>
public sealed class MeshModel
{
    /// <summary>The sides for which every caller of a history acts: they are the parties of the records that it creates.</summary>
    public static readonly IReadOnlyList<string> CallerSides = ["EU", "JP", "US"];

    private static readonly TypeRegistry States = TypeRegistry.FromFiles(
        ProjectReflection.Descriptor, InvestorReflection.Descriptor, RefiningReflection.Descriptor);

    private readonly SortedDictionary<string, IVersionedResource> resources = new(StringComparer.Ordinal);

    /// <param name="partnership">The partnership as first recorded, with its version, etag and times.</param>
    public MeshModel(Partnership partnership) => resources[partnership.Name] = partnership.Clone();

    /// <param name="known">Existing resources, for a history that does not start empty.</param>
    public MeshModel(IEnumerable<IVersionedResource> known)
    {
        // Resources are replaced, never changed, so they can be shared.
        foreach (var resource in known)
            resources[resource.Name] = resource;
    }

    /// <summary>The latest version of each resource in a list of changes.</summary>
    public static MeshModel Of(IEnumerable<Change> changes) => new(changes.GroupBy(change => change.Resource)
        .Select(versions => (IVersionedResource)versions.MaxBy(change => change.Version)!.State.Unpack(States)));

    /// <summary>Every resource, ordered by name.</summary>
    public IReadOnlyCollection<IVersionedResource> All => resources.Values;

    /// <summary>The state of a resource. Null: there is no resource of that name.</summary>
    public IVersionedResource? Find(string name) => resources.GetValueOrDefault(name);

    /// <summary>An independent copy of the state.</summary>
    public MeshModel Clone() => new(All);

    /// <summary>
    /// The expected answer of the owning service to a command on this state. Request ids and `validate_only` are ignored: the answer is
    /// that of the first call, or of a dry run.
    /// </summary>
    /// <param name="now">The recorded time; dates that a command omits default to its day (UTC).</param>
    public Prediction Predict(IMessage request, DateTimeOffset now) =>
        Decide(request, now) switch
        {
            { Refusal: { } refusal } => refusal,
            { AsItIs: { } present } => new Accepted(present) { IsRecorded = false },
            var decision => new Accepted(decision.Changed[0]),
        };

    /// <summary>Applies an accepted command to the state.</summary>
    /// <returns>The resources that it changed, the answered one first: a change of owners or rules also flags commitments.</returns>
    public IReadOnlyList<IVersionedResource> Apply(IMessage request, DateTimeOffset now)
    {
        var decision = Decide(request, now);
        if (decision.Refusal is { } refusal)
            throw new InvalidOperationException($"{request.Descriptor.Name} is refused: {refusal}");
        foreach (var changed in decision.Changed)
            resources[changed.Name] = changed;
        return decision.Changed;
    }

    /// <summary>The expected answer of the gateway to a query over these resources.</summary>
    /// <param name="today">The report date if the query names none.</param>
    /// <param name="sides">The sides for which the caller acts. Null: an auditor, who sees everything.</param>
    public ExpectedPortfolio Portfolio(PortfolioQuery query, DateOnly today, IReadOnlyCollection<string>? sides = null) => new(this, query, today, sides);

    internal bool Has(string name) => resources.ContainsKey(name);

    internal T? Of<T>(string name)
        where T : class, IVersionedResource => resources.GetValueOrDefault(name) as T;

    internal IReadOnlyList<T> AllOf<T>()
        where T : class, IVersionedResource => [.. resources.Values.OfType<T>()];

    /// <summary>
    /// Why a command fails on its resource: the resource does not exist, or its etag differs from the command's. Null: it does not fail.
    /// </summary>
    internal Decision? Unmet<T>(string name, string etag, out T present)
        where T : class, IVersionedResource, new()
    {
        var found = Of<T>(name);
        present = found ?? new();
        if (found is null)
            return Decision.Missing;
        // A command without an etag applies to the present version.
        return etag.Length > 0 && etag != found.Etag ? Decision.OtherEtag : null;
    }

    private Decision Decide(IMessage request, DateTimeOffset now) => request switch
    {
        CreateProjectRequest create => ProjectRules.Create(this, create, now),
        UpdateProjectRequest update => ProjectRules.Update(this, update, now),
        ChangeStageRequest change => StageRules.Change(this, change, now),
        RecordMilestoneRequest record => MilestoneRules.RecordMilestone(this, record, now),
        RecordPermitRequest record => MilestoneRules.RecordPermit(this, record, now),
        UpdatePartnershipRequest update => PartnershipRules.Update(this, update, now),
        CreateInvestorRequest create => InvestorRules.Create(this, create, now),
        UpdateInvestorRequest update => InvestorRules.Update(this, update, now),
        CreateCommitmentRequest create => CommitmentRules.Create(this, create, now),
        UpdateCommitmentRequest update => CommitmentRules.Update(this, update, now),
        SignCommitmentRequest sign => CommitmentEvents.Sign(this, sign, now),
        CancelCommitmentRequest cancel => CommitmentEvents.Cancel(this, cancel, now),
        RecordDisbursementRequest pay => CommitmentEvents.Pay(this, pay, now),
        PublishExchangeRatesRequest publish => RateRules.Publish(this, publish, now),
        CreateFacilityRequest create => FacilityRules.Create(this, create, now),
        UpdateFacilityRequest update => FacilityRules.Update(this, update, now),
        ReserveCapacityRequest reserve => ReservationRules.Reserve(this, reserve, now),
        ReleaseReservationRequest release => ReservationRules.Release(this, release, now),
        _ => throw new ArgumentException($"{request.Descriptor.FullName} is unknown to the model."),
    };
}
