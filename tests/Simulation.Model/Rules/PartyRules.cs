using Google.Protobuf.Collections;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The parties of a record, if every caller acts for the same sides.</summary>
internal static class PartyRules
{
    public static void Begin(RepeatedField<string> parties)
    {
        if (parties.Count == 0)
            parties.Add(MeshModel.CallerSides);
        Order(parties);
    }

    public static void Change(RepeatedField<string> present, RepeatedField<string> next)
    {
        if (next.Count == 0)
            next.Add(present);
        Order(next);
    }

    public static bool AreValid(RepeatedField<string> parties) =>
        parties.Count <= 20 && Texts.EachOnce(parties) && parties.All(PartnershipRules.IsSideId);

    private static void Order(RepeatedField<string> parties)
    {
        var ordered = parties.Order(StringComparer.Ordinal).ToList();
        parties.Clear();
        parties.Add(ordered);
    }
}
