using System.Data;

namespace Mining.Sql.Tests.Recording;

/// <summary>A statement given to Dapper, as SQL Server would get it.</summary>
/// <param name="Service">The service of the database.</param>
/// <param name="Given">The text as the code gave it to Dapper.</param>
/// <param name="Sent">The text as Dapper sent it, with lists expanded.</param>
/// <param name="Parameters">The parameters sent with it.</param>
public sealed record Statement(string Service, string Given, string Sent, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>The declaration of its parameters.</summary>
    public string Declarations => string.Join(", ", Parameters.Select(parameter => $"@{parameter.Name} {parameter.SqlType}"));

    public override string ToString() => $"{Service}: {Given}";
}

/// <summary>A parameter as SQL Server's client would declare it.</summary>
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
