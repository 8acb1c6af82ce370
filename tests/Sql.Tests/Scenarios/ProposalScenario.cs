using Google.Protobuf.WellKnownTypes;
using Mining.Proposals;
using Mining.Proposals.V1;
using Mining.Testing;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that services with proposals do with their database.</summary>
internal static class ProposalScenario
{
    public static async Task Run(ServiceOnDisk service)
    {
        var raised = new Proposal
        {
            Name = ProposalName.Of("owner", 1),
            State = ProposalState.Open,
            Raising = new Vote { Sides = { "EU" } },
            NeededApprovals = { new NeededApproval { SideId = "EU" }, new NeededApproval { SideId = "US" } },
            ExpireTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        };
        await service.Commit(work => ProposalStore.Save(work, null, raised));
        await service.Commit(async work =>
        {
            await ProposalStore.CountOpen(work, "EU");
            return await ProposalStore.Save(work, await ProposalStore.Load(work, raised.Name), raised.Clone());
        });

        var store = service.Get<ProposalStore>();
        await store.Read(raised.Name, CancellationToken.None);
        await store.Overdue(TimeProvider.System.GetUtcNow(), 10, CancellationToken.None);
        foreach (var sides in (IReadOnlyList<string>?[])[null, ["EU", "US"]])
        {
            await store.ChangedAfter(0, sides, 10, CancellationToken.None);
            await store.List([], sides, long.MaxValue, 10, CancellationToken.None);
            await store.List([ProposalState.Open, ProposalState.Expired], sides, long.MaxValue, 10, CancellationToken.None);
        }
    }
}
