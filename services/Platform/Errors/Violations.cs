using Google.Rpc;

namespace Mining.Platform.Errors;

/// <summary>Collects all violations of a request, so that the caller gets them at once.</summary>
public sealed class Violations
{
    /// <summary>Maximum number of reported violations, so that a hostile request does not cause a huge response.</summary>
    public const int MaxNamedViolations = 100;

    private readonly List<BadRequest.Types.FieldViolation> fields = [];

    public bool Any => fields.Count > 0;

    public int Count => fields.Count;

    /// <summary>Each violation as a sentence, for uses without a request.</summary>
    public IEnumerable<string> Sentences => fields.Select(violation => $"{violation.Field} {violation.Description}");

    /// <summary>Adds a violation of a field.</summary>
    /// <param name="field">Path of the field in the request, for example <c>project.outputs[2].mineral</c>.</param>
    /// <param name="description">What is wrong and what is allowed, as the end of a sentence that begins with the field.</param>
    public void Add(string field, string description)
    {
        if (fields.Count < MaxNamedViolations)
            fields.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
    }

    /// <summary>Adds a violation if a text is missing, too long, or contains control characters.</summary>
    public void CheckText(string field, string value, int longest, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
            Add(field, "must be given.");
        else if (value.Length > longest)
            Add(field, $"has {value.Length} characters; at most {longest} are allowed.");
        else if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            Add(field, "contains control characters.");
    }

    /// <summary>Adds a violation if a list is too long.</summary>
    public void CheckCount(string field, int count, int most)
    {
        if (count > most)
            Add(field, $"has {count} entries; at most {most} are allowed.");
    }

    /// <summary>Checks each entry of a list that may have a limited number of them.</summary>
    /// <param name="field">The field of the list.</param>
    /// <param name="values">The list.</param>
    /// <param name="max">The maximum number of entries.</param>
    /// <param name="check">Checks one entry, given its field and value.</param>
    public void CheckEach<T>(string field, IReadOnlyList<T> values, int max, Action<string, T> check)
    {
        CheckCount(field, values.Count, max);
        for (var i = 0; i < Math.Min(values.Count, max); i++)
            check($"{field}[{i}]", values[i]);
    }

    /// <summary>Adds a violation if an enum value is unknown, or unspecified although required.</summary>
    public void CheckEnum<T>(string field, T value, bool required = false)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Add(field, $"{value:D} is not a known value.");
        else if (required && Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) == 0)
            Add(field, "must be given.");
    }

    /// <summary>Refuses the request with INVALID_ARGUMENT if there are violations.</summary>
    /// <exception cref="RefusedException">There are violations.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new RefusedException(Refusal.Invalid(fields));
    }
}
