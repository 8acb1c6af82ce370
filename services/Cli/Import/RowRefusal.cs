using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;

namespace Mining.Cli.Import;

/// <summary>Turns a server's refusal of a row into reasons that name the columns of the file.</summary>
/// <param name="Columns">
/// The column of each field of the request, and of each reason of a failed precondition. A field is written without indexes and
/// without the name of the resource: <c>capital_cost.currency_code</c>. The most exact entry counts.
/// </param>
internal sealed partial record RowRefusal(IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>Whether a status is about the row: then the others stand. Anything else stops the import.</summary>
    public static bool IsAboutRow(RpcException exception) => exception.StatusCode is
        StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Aborted
        or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss;

    /// <summary>Every reason that the status gives.</summary>
    /// <param name="row">The row.</param>
    /// <param name="exception">The server's refusal.</param>
    /// <param name="step">What of the row was refused, when it is not the whole: "signing it".</param>
    public IReadOnlyList<RefusedRow> Reasons(CsvRow row, RpcException exception, string step = "")
    {
        var status = exception.GetRpcStatus();
        var prefix = step.Length > 0 ? $"It was recorded, but {step} was refused: " : "";
        var reasons = new List<RefusedRow>();
        foreach (var violation in status?.GetDetail<BadRequest>()?.FieldViolations ?? [])
            reasons.Add(new RefusedRow(row.File, row.Line, ColumnOf(violation.Field), prefix + violation.Description));
        foreach (var violation in status?.GetDetail<PreconditionFailure>()?.Violations ?? [])
            reasons.Add(new RefusedRow(row.File, row.Line, Columns.GetValueOrDefault(violation.Type, ""), prefix + violation.Description));
        if (reasons.Count == 0)
        {
            var reason = status?.GetDetail<ErrorInfo>()?.Reason ?? "";
            var message = status?.Message is { Length: > 0 } text ? text : exception.Status.Detail;
            reasons.Add(new RefusedRow(
                row.File, row.Line, Columns.GetValueOrDefault(reason, ""),
                $"{prefix}{message} ({exception.StatusCode}{(reason.Length > 0 ? ", " + reason : "")})"));
        }

        return reasons;
    }

    /// <summary>The column of a field such as <c>project.minerals[2]</c>; empty when no column stands behind it.</summary>
    public string ColumnOf(string field)
    {
        var path = Index().Replace(field, "");
        while (true)
        {
            for (var prefix = path; prefix.Length > 0; prefix = prefix.LastIndexOf('.') is var dot and >= 0 ? prefix[..dot] : "")
            {
                if (Columns.TryGetValue(prefix, out var column))
                    return column;
            }

            if (path.IndexOf('.', StringComparison.Ordinal) is var first and >= 0)
                path = path[(first + 1)..];
            else
                return "";
        }
    }

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Index();
}
