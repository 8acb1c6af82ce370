using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Mining.Platform.Storage;

/// <summary>
/// Recorded time as stored: microseconds since 1970 on SQLite, <c>DATETIME2(6)</c> in UTC on SQL Server. Both have microsecond precision.
/// </summary>
/// <param name="Microseconds">Microseconds since 1970, UTC.</param>
public readonly record struct RecordedTime(long Microseconds);

/// <summary>The one place that converts recorded time.</summary>
internal sealed class RecordedTimeHandler : SqlMapper.TypeHandler<RecordedTime>
{
    public override void SetValue(IDbDataParameter parameter, RecordedTime value) => Set(parameter, value);

    /// <summary>Sets a parameter that was created without Dapper.</summary>
    public static void Set(IDbDataParameter parameter, RecordedTime value)
    {
        if (parameter is SqlParameter server)
        {
            server.SqlDbType = SqlDbType.DateTime2;
            server.Scale = 6;
            server.Value = DateTime.UnixEpoch.AddTicks(value.Microseconds * TimeSpan.TicksPerMicrosecond);
        }
        else
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value.Microseconds;
        }
    }

    public override RecordedTime Parse(object value) => value is DateTime time
        ? new((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)
        : new((long)value);
}
