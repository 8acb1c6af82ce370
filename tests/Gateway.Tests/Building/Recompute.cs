using Mining.Changes.V1;
using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Tests.Building;

/// <summary>Read models that know nothing but what they are told here, one change after the other.</summary>
internal static class Recompute
{
    public static PortfolioModel Model(IEnumerable<Change> changes)
    {
        var model = new PortfolioModel();
        foreach (var change in changes)
            model.Apply(change);
        return model;
    }

    public static PortfolioSnapshot Snapshot(IEnumerable<Change> changes) => Model(changes).Publish();
}
