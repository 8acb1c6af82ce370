using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Mining.Cli.Import;

/// <summary>Turns a server's refusal of a row into reasons that name the columns of the file.</summary>
/// <param name="Columns">
/// The column of each field of the request, and of each reason of a failed precondition. A field is written without indexes and
/// without the name of the resource: <c>capital_cost.currency_code</c>. The most exact entry counts.
/// </param>
internal sealed partial record RowRefusal(IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The status with all that the server said; one without details is that of the connection.</summary>
    public static RpcStatus StatusOf(RpcException exception) =>
        exception.GetRpcStatus() ?? new RpcStatus { Code = (int)exception.StatusCode, Message = exception.Status.Detail };

    /// <summary>Whether a status is about the row: then the others stand. Anything else stops the import.</summary>
    public static bool IsAboutRow(RpcStatus status) => (StatusCode)status.Code is
        StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Aborted
        or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss;

    /// <summary>Every reason that the status gives.</summary>
    /// <param name="row">The row.</param>
    /// <param name="status">The server's refusal.</param>
    /// <param name="step">What of the row was refused, when it is not the whole: "signing it".</param>
    public IReadOnlyList<RefusedRow> Reasons(CsvRow row, RpcStatus status, string step = "")
    {
        var prefix = step.Length > 0 ? $"It was recorded, but {step} was refused: " : "";
        var reasons = new List<RefusedRow>();
        foreach (var violation in status.GetDetail<BadRequest>()?.FieldViolations ?? [])
            reasons.Add(new RefusedRow(row.File, row.Line, ColumnOf(violation.Field), prefix + violation.Description));
        foreach (var violation in status.GetDetail<PreconditionFailure>()?.Violations ?? [])
            reasons.Add(new RefusedRow(row.File, row.Line, Columns.GetValueOrDefault(violation.Type, ""), prefix + violation.Description));
        if (reasons.Count == 0)
        {
            var reason = status.GetDetail<ErrorInfo>()?.Reason ?? "";
            reasons.Add(new RefusedRow(
                row.File, row.Line, Columns.GetValueOrDefault(reason, ""),
                $"{prefix}{status.Message} ({(StatusCode)status.Code}{(reason.Length > 0 ? ", " + reason : "")})"));
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
