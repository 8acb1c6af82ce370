using Google.Rpc;

namespace Mining.Platform.Errors;

/// <summary>Collects everything that is wrong with a request, so that a caller hears of all of it at once.</summary>
public sealed class Violations
{
    /// <summary>How many are named at most; a hostile request must not earn an endless answer.</summary>
    public const int MaxNamedViolations = 100;

    private readonly List<BadRequest.Types.FieldViolation> fields = [];

    public bool Any => fields.Count > 0;

    public int Count => fields.Count;

    /// <summary>Each violation in words, where there is no request to answer.</summary>
    public IEnumerable<string> Sentences => fields.Select(violation => $"{violation.Field} {violation.Description}");

    /// <summary>Notes that a field is at fault.</summary>
    /// <param name="field">Path of the field in the request, for example <c>project.outputs[2].mineral</c>.</param>
    /// <param name="description">What is wrong, a sentence that says what would be right.</param>
    public void Add(string field, string description)
    {
        if (fields.Count < MaxNamedViolations)
            fields.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
    }

    /// <summary>Notes that a text is missing or too long.</summary>
    public void CheckText(string field, string value, int longest, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
            Add(field, "must be given.");
        else if (value.Length > longest)
            Add(field, $"has {value.Length} characters; at most {longest} are allowed.");
        else if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            Add(field, "contains control characters.");
    }

    /// <summary>Notes that a list is too long.</summary>
    public void CheckCount(string field, int count, int most)
    {
        if (count > most)
            Add(field, $"has {count} entries; at most {most} are allowed.");
    }

    /// <summary>Notes that an enum value is unknown, or unspecified where one is required.</summary>
    public void CheckEnum<T>(string field, T value, bool required = false)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Add(field, $"{value:D} is not a known value.");
        else if (required && Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) == 0)
            Add(field, "must be given.");
    }

    /// <summary>Refuses the request with INVALID_ARGUMENT if anything is at fault.</summary>
    /// <exception cref="RefusedException">Something is at fault.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new RefusedException(Refusal.Invalid(fields));
    }
}
