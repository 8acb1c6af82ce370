using System.Data;

namespace Mining.Sql.Tests.Recording;

/// <summary>A statement that Dapper was given, as SQL Server would have got it.</summary>
/// <param name="Service">Whose database it was for.</param>
/// <param name="Given">As the code gave it to Dapper.</param>
/// <param name="Sent">As Dapper sent it, with its lists spread out.</param>
/// <param name="Parameters">The parameters that were sent with it.</param>
public sealed record Statement(string Service, string Given, string Sent, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>The declaration of its parameters.</summary>
    public string Declarations => string.Join(", ", Parameters.Select(parameter => $"@{parameter.Name} {parameter.SqlType}"));

    public override string ToString() => $"{Service}: {Given}";
}

/// <summary>A parameter as the client of SQL Server would declare it.</summary>
public sealed record Parameter(string Name, SqlDbType Type)
{
    public string SqlType => Type switch
    {
        SqlDbType.NVarChar => "NVARCHAR(4000)",
        SqlDbType.BigInt => "BIGINT",
        SqlDbType.Int => "INT",
        SqlDbType.VarBinary => "VARBINARY(MAX)",
        SqlDbType.DateTime2 => "DATETIME2(6)",
        _ => throw new InvalidOperationException($"@{Name} is sent as {Type}, which no column of the mesh has."),
    };
}
