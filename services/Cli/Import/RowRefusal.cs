using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Mining.Cli.Import;

/// <summary>Converts a server's refusal of a row to reasons that name the columns of the file.</summary>
/// <param name="Columns">
/// The columns for the fields of the request and for the reasons of failed preconditions. A field is written without indexes and
/// without the name of the resource: <c>capital_cost.currency_code</c>. The longest matching entry applies.
/// </param>
internal sealed partial record RowRefusal(IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The status with the server's details. A status without details comes from the connection.</summary>
    public static RpcStatus StatusOf(RpcException exception) =>
        exception.GetRpcStatus() ?? new RpcStatus { Code = (int)exception.StatusCode, Message = exception.Status.Detail };

    /// <summary>Whether a status concerns only this row, so that the others continue. Any other status stops the import.</summary>
    public static bool IsAboutRow(RpcStatus status) => (StatusCode)status.Code is
        StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Aborted
        or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss;

    /// <summary>All reasons given by the status.</summary>
    /// <param name="row">The row.</param>
    /// <param name="status">The server's refusal.</param>
    /// <param name="step">The refused step, if the record itself was accepted: "its signing".</param>
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

    /// <summary>The column for a field such as <c>project.minerals[2]</c>; empty if there is none.</summary>
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
