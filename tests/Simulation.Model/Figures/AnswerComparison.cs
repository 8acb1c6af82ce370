using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Common.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;
using Decimal = Google.Type.Decimal;

namespace Mining.Simulation.Model.Figures;

/// <summary>Compares an answer of the gateway with the expected one, field by field.</summary>
public static class AnswerComparison
{
    /// <summary>Fields that the model does not predict: display texts and other fields that are no figures.</summary>
    private static readonly HashSet<string> NotPredicted =
    [
        "HealthComponent.reason", "CapitalStackEntry.reason", "PortfolioHealth.rules", "ListPipelineResponse.rules", "ProjectDossier.rules",
        "ProjectDossier.revisions", "PortfolioSummary.freshness", "ListCoInvestmentsResponse.freshness", "ListPipelineResponse.freshness",
        "ProjectDossier.freshness",
    ];

    /// <summary>Every figure that differs, as a line with its path and both values.</summary>
    public static IReadOnlyList<string> Differences(IMessage expected, IMessage answered)
    {
        var differences = new List<string>();
        Compare(expected.Descriptor.Name, expected, answered, differences);
        return differences;
    }

    private static void Compare(string path, object? expected, object? answered, List<string> differences)
    {
        switch (expected, answered)
        {
            case (Decimal one, Decimal other) when one.Value() == other.Value():
                return;
            case (IVersionedResource { Version: 0 } one, IVersionedResource other):
                // The model took this value from the resource and has not computed it.
                Compare($"{path}.name", one.Name, other.Name, differences);
                return;
            case (IVersionedResource or Google.Type.Money or Google.Type.Date or Decimal, IMessage):
                break;
            case (IMessage one, IMessage other):
                foreach (var field in one.Descriptor.Fields.InDeclarationOrder().Where(field => IsPredicted(field, one)))
                    Compare($"{path}.{field.Name}", ValueOf(field, one), ValueOf(field, other), differences);
                return;
            case (IList one, IList other):
                for (var place = 0; place < Math.Max(one.Count, other.Count); place++)
                {
                    var (left, right) = (place < one.Count ? one[place] : null, place < other.Count ? other[place] : null);
                    Compare(FormattableString.Invariant($"{path}[{NameOf(left ?? right) ?? $"{place}"}]"), left, right, differences);
                }

                return;
        }

        if (!Equals(expected, answered))
            differences.Add($"{path}: expected {expected ?? "nothing"}, answered {answered ?? "nothing"}");
    }

    /// <summary>Texts are not predicted; of the names of rows, only those of projects and investors are.</summary>
    private static bool IsPredicted(FieldDescriptor field, IMessage expected) =>
        !NotPredicted.Contains($"{field.ContainingType.Name}.{field.Name}")
        && !(expected is CoInvestmentRow { DisplayName: "" } && field.FieldNumber == CoInvestmentRow.DisplayNameFieldNumber);

    private static object? ValueOf(FieldDescriptor field, IMessage message) =>
        message is Portfolio.V1.Health health && field.FieldNumber == Portfolio.V1.Health.RedFlagsFieldNumber ? health.RedFlags.Count
        : field.HasPresence && !field.Accessor.HasValue(message) ? null
        : field.Accessor.GetValue(message);

    /// <summary>The subject of a list element.</summary>
    private static string? NameOf(object? element) => element switch
    {
        ShareTable table => table.Measure.ToString(),
        SideFigure side => side.SideId,
        InstrumentFigures figures => figures.Instrument.ToString(),
        ContingentSupport support => $"{support.Instrument} {support.Measure}",
        CoInvestmentRow row => row.Key,
        PipelineEntry entry => entry.Project,
        HealthComponent component => component.Kind.ToString(),
        StageFigure stage => stage.Stage.ToString(),
        NonAdditiveEntry entry => entry.Commitment,
        CapitalStackEntry entry => entry.Commitment.Name,
        RateUsed rate => rate.CurrencyCode,
        _ => null,
    };
}
