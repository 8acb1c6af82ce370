using Google.Protobuf.Collections;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>Investors, and the effect of their changes on their commitments.</summary>
internal static class InvestorRules
{
    private static readonly string[] Changeable = ["display_name", "country", "kind", "beneficial_owners", "sources"];

    public static Decision Create(MeshModel model, CreateInvestorRequest request, DateTimeOffset now)
    {
        var investor = request.Investor;
        if (investor is null || !Texts.IsId(request.InvestorId) || !Changeable.All(field => IsValid(investor, field)))
            return Decision.Invalid;
        var name = "investors/" + request.InvestorId;
        return model.Has(name) ? Decision.Taken : Decision.Take(investor.Clone().Created(name, now));
    }

    public static Decision Update(MeshModel model, UpdateInvestorRequest request, DateTimeOffset now)
    {
        var asked = request.Investor;
        var fields = asked is null ? null : Fields.ToChange(asked, request.UpdateMask, Changeable);
        var unmet = model.Unmet<Investor>(asked?.Name ?? "", request.Etag, out var present);
        if (asked is null || fields is null || !fields.All(field => IsValid(asked, field)))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var changed = Fields.With(present, asked, fields).Next(now);
        var marked = OutsideOwnership.MarkedAnew(
            model.AllOf<Commitment>().Where(commitment => commitment.Investor == changed.Name), _ => changed, model.AllOf<Partnership>(), now);
        return Decision.Take([changed, .. marked]);
    }

    private static bool IsValid(Investor investor, string field) => field switch
    {
        "display_name" => Texts.HasLength(investor.DisplayName, 1, 200),
        "country" => investor.Country == Catalogue.Union || Catalogue.Countries.Contains(investor.Country),
        "kind" => Texts.IsStated(investor.Kind),
        "beneficial_owners" => AreValid(investor.BeneficialOwners),
        _ => Texts.AreSources(investor.Sources),
    };

    private static bool AreValid(RepeatedField<BeneficialOwner> owners) =>
        owners.All(owner => Catalogue.Countries.Contains(owner.Country) && owner.SharePpm is >= 1 and <= 1_000_000)
        && Texts.EachOnce(owners.Select(owner => owner.Country))
        && owners.Sum(owner => (long)owner.SharePpm) <= 1_000_000;
}
