using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Mining.Sql.Tests.Schema;

/// <summary>Parses T-SQL with the official parser for SQL Server 2019; syntax of later versions or of Azure SQL alone is refused.</summary>
public static class Parsing
{
    /// <summary>The statements of a script.</summary>
    public static IReadOnlyList<TSqlStatement> Statements(string sql)
    {
        var script = (TSqlScript)Parse(sql, out var errors);
        return errors.Count == 0
            ? [.. script.Batches.SelectMany(batch => batch.Statements)]
            : throw new FormatException($"line {errors[0].Line}: {errors[0].Message}");
    }

    /// <summary>The problems of a statement or script that need no schema to be found.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="isForTheServerAlone">It uses what only a server has, and may use functions and types that SQLite does not know.</param>
    public static IReadOnlyList<string> Problems(string sql, bool isForTheServerAlone = false)
    {
        var script = Parse(sql, out var errors);
        if (errors.Count > 0)
            return [.. errors.Select(error => $"line {error.Line}, column {error.Column}: {error.Message}")];
        var unsupported = new UnsupportedSyntax(isForTheServerAlone);
        script.Accept(unsupported);
        return [.. unsupported.Problems, .. ((TSqlScript)script).Batches.SelectMany(Batches.Problems)];
    }

    /// <summary>The texts that a script passes to EXEC.</summary>
    public static IReadOnlyList<string> Executed(string sql)
    {
        var texts = new ExecutedTexts();
        Parse(sql, out _).Accept(texts);
        return texts.Found;
    }

    /// <summary>A statement as text.</summary>
    public static string Text(TSqlFragment fragment)
    {
        new Sql150ScriptGenerator().GenerateScript(fragment, out var text);
        return text;
    }

    /// <summary>The syntax tree of a script or statement.</summary>
    public static TSqlFragment Parse(string sql, out IList<ParseError> errors) => new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out errors);

    private sealed class ExecutedTexts : TSqlFragmentVisitor
    {
        public List<string> Found { get; } = [];

        public override void Visit(ExecutableStringList node) => Found.Add(string.Concat(node.Strings.OfType<StringLiteral>().Select(text => text.Value)));
    }
}
