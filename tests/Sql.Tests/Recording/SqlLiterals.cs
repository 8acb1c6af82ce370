using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;

namespace Mining.Sql.Tests.Recording;

/// <summary>A piece of SQL in the compiled code.</summary>
/// <param name="Type">The class that contains it.</param>
/// <param name="Text">The text, or a part of it that the compiler kept together.</param>
public sealed record SqlLiteral(string Type, string Text);

/// <summary>
/// Every text in the compiled code with an SQL keyword. The collected statements are compared with these, so that a statement that no
/// scenario runs fails the test.
/// </summary>
public static partial class SqlLiterals
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The literals of an assembly.</summary>
    public static IReadOnlyList<SqlLiteral> Of(Assembly assembly) =>
        [.. from type in assembly.GetTypes()
            from text in TextsOf(type)
            where SqlWord().IsMatch(text)
            select new SqlLiteral(Outermost(type).FullName!, text)];

    /// <summary>The classes that pass something to Dapper.</summary>
    public static IReadOnlyList<string> CallersOfDapper(Assembly assembly) =>
        Callers(assembly, called => called.DeclaringType?.FullName == "Dapper.SqlMapper" && (called.Name.StartsWith("Execute", StringComparison.Ordinal) || called.Name.StartsWith("Query", StringComparison.Ordinal)));

    /// <summary>The classes that call a method.</summary>
    public static IReadOnlyList<string> Callers(Assembly assembly, Func<MethodBase, bool> isMeant) =>
        [.. from type in assembly.GetTypes()
            from method in Bodies(type)
            where Calls(method).Any(isMeant)
            select Outermost(type).FullName!];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<MethodBase> Bodies(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetMethods(all).Concat<MethodBase>(type.GetConstructors(all));
    }

    private static IEnumerable<string> TextsOf(Type type) =>
        from method in Bodies(type)
        from token in Tokens(method, OperandType.InlineString)
        select method.Module.ResolveString(token);

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return Tokens(method, OperandType.InlineMethod).Select(token => method.Module.ResolveMethod(token, ofType, ofMethod)!);
    }

    /// <summary>The operands of one kind in a method's code.</summary>
    private static IEnumerable<int> Tokens(MethodBase method, OperandType kind)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xfe)
                value = unchecked((short)(0xfe00 | code[at++]));
            var operation = Codes[value];
            if (operation.OperandType == kind)
                yield return BitConverter.ToInt32(code, at);
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    [GeneratedRegex(@"\b(SELECT|INSERT|UPDATE|DELETE|MERGE|FROM|JOIN|WHERE|AND|OR|IN|EXISTS|VALUES|SET|ORDER BY|GROUP BY|UNION|LIMIT|FETCH|EXEC|CREATE|ALTER|DROP|DECLARE|WITH|PRAGMA)\b", RegexOptions.CultureInvariant)]
    private static partial Regex SqlWord();
}
