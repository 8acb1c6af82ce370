using System.Globalization;
using Google.Type;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Numbers;
using Date = Google.Type.Date;
using Decimal = Google.Type.Decimal;

namespace Mining.Cli.Import;

/// <summary>Converts the cells of a row to the types of the API, and collects all errors.</summary>
internal sealed class RowReader(CsvRow row)
{
    private readonly List<RefusedRow> problems = [];

    /// <summary>The errors so far; if there are none, the row can be sent.</summary>
    public IReadOnlyList<RefusedRow> Problems => problems;

    /// <summary>Adds an error.</summary>
    public void Refuse(string column, string reason) => problems.Add(new RefusedRow(row.File, row.Line, column, reason));

    /// <summary>The text of a cell; empty if the optional column is missing.</summary>
    public string Text(string column) => row[column];

    /// <summary>A full or partial date; null for an empty cell.</summary>
    public Date? Date(string column)
    {
        if (Text(column).Length == 0)
            return null;
        if (PartialDate.TryParse(Text(column), out var date, out var problem))
            return date.ToDate();
        Refuse(column, problem);
        return null;
    }

    /// <summary>A full date.</summary>
    public DateOnly? Day(string column)
    {
        if (PartialDate.TryParse(Text(column), out var date, out var problem) && date.IsFull)
            return date.FirstDay;
        Refuse(column, problem.Length > 0 ? problem : $"{Quote.Of(Text(column))} is not a full date such as 2025-09-14.");
        return null;
    }

    /// <summary>An amount with the currency of another cell; null (undisclosed) for an empty cell.</summary>
    public Money? Amount(string column, string currencyColumn)
    {
        if (Text(column).Length == 0)
            return null;
        if (!Currency.TryGet(Text(currencyColumn), out var currency))
        {
            Refuse(currencyColumn, Currency.Refusal(Text(currencyColumn)));
            return null;
        }

        if (Primitives.Numbers.Amount.TryParse(Text(column), currency.Code, out var amount, out var problem))
            return amount.ToMoney();
        Refuse(column, problem);
        return null;
    }

    /// <summary>Tonnes per year; null (unknown) for an empty cell.</summary>
    public Decimal? Tonnes(string column)
    {
        if (Text(column).Length == 0)
            return null;
        if (Tonnage.TryParse(Text(column), out var tonnage, out var problem))
            return tonnage.ToDecimal();
        Refuse(column, problem);
        return null;
    }

    /// <summary>A required decimal number in its shortest form.</summary>
    public Decimal? Number(string column)
    {
        if (DecimalText.TryParse(Text(column), out var number, out var problem))
            return DecimalText.ToDecimal(number);
        Refuse(column, problem);
        return null;
    }

    /// <summary>A flag: <c>true</c> or <c>false</c>; an empty cell means false.</summary>
    public bool Flag(string column)
    {
        if (Text(column) is not ("" or "true" or "false"))
            Refuse(column, $"{Quote.Of(Text(column))} is neither true nor false.");
        return Text(column) == "true";
    }

    /// <summary>An enum value by its friendly name.</summary>
    public T Choice<T>(string column)
        where T : struct, Enum =>
        ChoiceOf<T>(column, Text(column));

    /// <summary>An enum value by its friendly name; unspecified for an empty cell.</summary>
    public T OptionalChoice<T>(string column)
        where T : struct, Enum =>
        Text(column).Length == 0 ? default : ChoiceOf<T>(column, Text(column));

    /// <summary>Several enum values joined by a separator.</summary>
    public IEnumerable<T> Choices<T>(string column, char separator)
        where T : struct, Enum =>
        [.. Text(column).Split(separator, StringSplitOptions.TrimEntries).Select(text => ChoiceOf<T>(column, text))];

    /// <summary>The ids of the minerals in a cell, which are separated by <c>;</c> and given by id, name or alias.</summary>
    public IReadOnlyList<string> MineralIds(string column)
    {
        var ids = new List<string>();
        foreach (var text in Text(column).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Minerals.TryFind(text, out var mineral))
                ids.Add(mineral.Id);
            else
                Refuse(column, Minerals.Refusal(text));
        }

        return ids;
    }

    /// <summary>A location; null if both cells are empty.</summary>
    public LatLng? Location(string latitudeColumn, string longitudeColumn)
    {
        if (Text(latitudeColumn).Length == 0 && Text(longitudeColumn).Length == 0)
            return null;
        return new LatLng { Latitude = Degrees(latitudeColumn, most: 90), Longitude = Degrees(longitudeColumn, most: 180) };
    }

    /// <summary>The row's source; none if the cell is empty.</summary>
    public IEnumerable<Source> Sources()
    {
        var confidence = OptionalChoice<Confidence>("confidence");
        return Text("source").Length == 0 ? [] : [new Source { Citation = Text("source"), Confidence = confidence }];
    }

    private T ChoiceOf<T>(string column, string text)
        where T : struct, Enum
    {
        if (!EnumNames.TryParse<T>(text, acceptUnknown: false, out var value, out var problem))
            Refuse(column, problem);
        return value;
    }

    private double Degrees(string column, int most)
    {
        var isNumber = double.TryParse(
            Text(column), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees);
        if (!isNumber || !(Math.Abs(degrees) <= most))
            Refuse(
                column,
                $"{Quote.Of(Text(column))} is not a number of degrees between -{most} and {most}; give both latitude and longitude.");
        return degrees;
    }
}
