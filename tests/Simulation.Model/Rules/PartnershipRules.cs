using Google.Protobuf.Collections;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>Sides, targets and rules of a partnership.</summary>
internal static class PartnershipRules
{
    public const string Outside = "OUTSIDE";

    private static readonly string[] Changeable = ["display_name", "sides", "reporting_currency", "outside_ownership_rule", "closed_through"];

    public static Decision Update(MeshModel model, UpdatePartnershipRequest request, DateTimeOffset now)
    {
        var asked = request.Partnership;
        var fields = asked is null ? null : Fields.ToChange(asked, request.UpdateMask, Changeable);
        var unmet = model.Unmet<Partnership>(asked?.Name ?? "", request.Etag, out var present);
        if (asked is null || fields is null || !fields.All(field => IsValid(asked, field)))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var changed = Fields.With(present, asked, fields);
        var ordered = changed.Sides.OrderBy(side => side.SideId, StringComparer.Ordinal).ToList();
        changed.Sides.Clear();
        changed.Sides.AddRange(ordered);
        changed.Next(now);
        var marked = OutsideOwnership.MarkedAnew(
            model.AllOf<Commitment>(),
            name => model.Of<Investor>(name)!,
            [changed, .. model.AllOf<Partnership>().Where(other => other.Name != changed.Name)],
            now);
        return Decision.Take([changed, .. marked]);
    }

    private static bool IsValid(Partnership partnership, string field) => field switch
    {
        "display_name" => Texts.HasLength(partnership.DisplayName, 1, 200),
        "sides" => AreValid(partnership.Sides),
        "reporting_currency" => Catalogue.MinorDigits.ContainsKey(partnership.ReportingCurrency),
        "closed_through" => Dates.AreValid(partnership.ClosedThrough) && (partnership.ClosedThrough is null || Dates.IsFull(partnership.ClosedThrough)),
        _ => partnership.OutsideOwnershipRule is not { } rule || IsValid(rule),
    };

    private static bool AreValid(RepeatedField<Side> sides) =>
        sides.Count is >= 2 and <= 20
        && sides.All(side => IsSideId(side.SideId) && Texts.HasLength(side.DisplayName, 1, 200) && side.Countries.Count > 0 && side.TargetSharePpm >= 0)
        && Texts.EachOnce(sides.Select(side => side.SideId))
        && sides.SelectMany(side => side.Countries).All(country => country == Catalogue.Union || Catalogue.Countries.Contains(country))
        && Texts.EachOnce(sides.SelectMany(side => side.Countries))
        && sides.Sum(side => (long)side.TargetSharePpm) == 1_000_000;

    public static bool IsSideId(string id) =>
        id != Outside
        && id.Length is >= 1 and <= 20
        && id.All(letter => letter is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-');

    private static bool IsValid(OutsideOwnershipRule rule) =>
        rule.CoveredCountries.Count > 0
        && rule.CoveredCountries.All(Catalogue.Countries.Contains)
        && Texts.EachOnce(rule.CoveredCountries)
        && rule.LimitPpm is >= 0 and <= 1_000_000
        && Texts.IsStated(rule.Effect)
        && Texts.HasLength(rule.Basis, 0, 1_000);
}
