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
/// What the mesh must hold and answer, from its manual alone: the design, the comments of the protos and the documents. It shares no
/// line with the services, and prefers the plain loop to the fast one, so that where the two differ one of them is wrong.
/// </summary>
public sealed class MeshModel
{
    /// <summary>The sides for which every caller of a history acts: they are the parties of what it makes.</summary>
    public static readonly IReadOnlyList<string> CallerSides = ["EU", "JP", "US"];

    private static readonly TypeRegistry States = TypeRegistry.FromFiles(
        ProjectReflection.Descriptor, InvestorReflection.Descriptor, RefiningReflection.Descriptor);

    private readonly SortedDictionary<string, IVersionedResource> resources = new(StringComparer.Ordinal);

    /// <param name="partnership">The partnership as first recorded, with its version, etag and times.</param>
    public MeshModel(Partnership partnership) => resources[partnership.Name] = partnership.Clone();

    /// <param name="known">Resources as they are now, for a history that does not begin at the beginning.</param>
    public MeshModel(IEnumerable<IVersionedResource> known)
    {
        // Resources are replaced, never changed, so they can be shared.
        foreach (var resource in known)
            resources[resource.Name] = resource;
    }

    /// <summary>The latest version of each resource in a run of changes.</summary>
    public static MeshModel Of(IEnumerable<Change> changes) => new(changes.GroupBy(change => change.Resource)
        .Select(versions => (IVersionedResource)versions.MaxBy(change => change.Version)!.State.Unpack(States)));

    /// <summary>Every resource, ordered by name.</summary>
    public IReadOnlyCollection<IVersionedResource> All => resources.Values;

    /// <summary>The state of a resource. Null: there is none of that name.</summary>
    public IVersionedResource? Find(string name) => resources.GetValueOrDefault(name);

    /// <summary>The same state, which goes its own way from here.</summary>
    public MeshModel Clone() => new(All);

    /// <summary>
    /// What the owner service must answer to a command that it decides now on this state. Request ids and `validate_only` are not
    /// looked at: the answer is that of the first call, and of what would have been.
    /// </summary>
    /// <param name="now">The recorded time; dates that a command leaves out are its day (UTC).</param>
    public Prediction Predict(IMessage request, DateTimeOffset now) =>
        Decide(request, now) switch
        {
            { Refusal: { } refusal } => refusal,
            { AsItIs: { } present } => new Accepted(present) { IsRecorded = false },
            var decision => new Accepted(decision.Changed[0]),
        };

    /// <summary>Takes an accepted command into the state.</summary>
    /// <returns>The resources that it changed, the answered one first: a change of owners or rules also marks commitments.</returns>
    public IReadOnlyList<IVersionedResource> Apply(IMessage request, DateTimeOffset now)
    {
        var decision = Decide(request, now);
        if (decision.Refusal is { } refusal)
            throw new InvalidOperationException($"{request.Descriptor.Name} is refused: {refusal}");
        foreach (var changed in decision.Changed)
            resources[changed.Name] = changed;
        return decision.Changed;
    }

    /// <summary>What the gateway must answer to a query over these resources.</summary>
    /// <param name="today">The date at which things hold, if the query names none.</param>
    /// <param name="sides">The sides for which the caller acts. Null: an auditor, who sees everything.</param>
    public ExpectedPortfolio Portfolio(PortfolioQuery query, DateOnly today, IReadOnlyCollection<string>? sides = null) => new(this, query, today, sides);

    internal bool Has(string name) => resources.ContainsKey(name);

    internal T? Of<T>(string name)
        where T : class, IVersionedResource => resources.GetValueOrDefault(name) as T;

    internal IReadOnlyList<T> AllOf<T>()
        where T : class, IVersionedResource => [.. resources.Values.OfType<T>()];

    /// <summary>Why a command cannot find the resource that it is about: there is none, or it is not as the command's etag says. Null: it can.</summary>
    internal Decision? Unmet<T>(string name, string etag, out T present)
        where T : class, IVersionedResource, new()
    {
        var found = Of<T>(name);
        present = found ?? new();
        if (found is null)
            return Decision.Missing;
        // A command without an etag rests on whatever the present one is.
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
        _ => throw new ArgumentException($"{request.Descriptor.FullName} is no command that the model knows."),
    };
}
