using System.Globalization;
using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using RpcStatus = Google.Rpc.Status;

namespace Mining.Cli.Import;

/// <summary><c>fx_rates.csv</c>: the rows of one date are published together.</summary>
internal sealed partial class RateImport(ImportGateway gateway) : IFileImport
{
    private static readonly RowRefusal Refusal = new(new Dictionary<string, string>
    {
        ["date"] = "date",
        ["rates"] = "currency",
        ["rates.currency_code"] = "currency",
        ["rates.units_per_euro"] = "per_eur",
        ["sources"] = "source",
    });

    private readonly Dictionary<DateOnly, ExchangeRateTable> present = [];

    public CsvFormat Format { get; } = new("fx_rates.csv", ["date", "currency", "per_eur"], ["source", "confidence"]);

    public IReadOnlyList<string> KeyColumns { get; } = ["date", "currency"];

    public int MaxConcurrency => ImportGateway.MaxConcurrentCalls;

    public async Task LoadExisting(CancellationToken cancellation)
    {
        var pages = Pages.Walk(
            new ListExchangeRatesRequest { PageSize = Pages.Size },
            request => gateway.Call((clients, options) => clients.Investors.ListExchangeRatesAsync(request, options), cancellation),
            cancellation);
        await foreach (var page in pages)
        {
            foreach (var table in page.ExchangeRateTables)
            {
                if (PartialDate.TryRead(table.Date, out var date, out _))
                    present[date.FirstDay] = table;
            }
        }
    }

    public IEnumerable<Func<CancellationToken, Task>> PrepareUnitsOfWork(IEnumerable<CsvRow> rows, RowLedger ledger)
    {
        var rates = new List<Rate>();
        foreach (var row in rows)
        {
            var reader = new RowReader(row);
            var day = reader.Day("date");
            var currency = reader.Text("currency");
            var unitsPerEuro = reader.Number("per_eur");
            var sources = reader.Sources().ToList();
            if (reader.Problems.Count > 0)
                ledger.Refuse(reader.Problems);
            else
                rates.Add(new Rate(row, day!.Value, new() { CurrencyCode = currency, UnitsPerEuro = unitsPerEuro }, sources));
        }

        return rates.GroupBy(rate => rate.Day)
            .Select(day => (Func<CancellationToken, Task>)(cancellation => Publish(day.Key, [.. day], ledger, cancellation)));
    }

    /// <summary>Publishes the rates of a date. Rates that the server refuses are left out; the others are published.</summary>
    private async Task Publish(DateOnly day, List<Rate> rates, RowLedger ledger, CancellationToken cancellation)
    {
        while (rates.Count > 0)
        {
            var before = present.GetValueOrDefault(day);
            var changing = rates.Where(rate => !IsRecorded(before, rate.Value)).ToHashSet();
            try
            {
                if (changing.Count > 0)
                    await Publish(day, rates, before?.Version ?? 0, cancellation);
                foreach (var rate in rates)
                    ledger.Done(changing.Contains(rate));
                return;
            }
            catch (RpcException exception) when (RowRefusal.IsAboutRow(RowRefusal.StatusOf(exception)))
            {
                rates = Refuse(rates, RowRefusal.StatusOf(exception), ledger);
            }
        }
    }

    private Task<ExchangeRateTable> Publish(DateOnly day, List<Rate> rates, long version, CancellationToken cancellation)
    {
        var request = new PublishExchangeRatesRequest
        {
            Date = PartialDate.From(day).ToDate(),
            Rates = { rates.Select(rate => rate.Value) },
            Sources = { rates.SelectMany(rate => rate.Sources).Distinct() },
            // Include the version: restoring an earlier rate after a correction is a new command, not a repetition.
            RequestId = RequestId.Of(
                "rates",
                [
                    day.ToString("O", CultureInfo.InvariantCulture), version.ToString(CultureInfo.InvariantCulture),
                    .. rates.SelectMany(rate => new[] { rate.Value.CurrencyCode, rate.Value.UnitsPerEuro.Value }),
                ]),
        };
        return gateway.Call((clients, options) => clients.Investors.PublishExchangeRatesAsync(request, options), cancellation);
    }

    /// <summary>Refuses the rates named by the server, or all of them if it names none. Returns the others.</summary>
    private static List<Rate> Refuse(List<Rate> rates, RpcStatus status, RowLedger ledger)
    {
        var violations = status.GetDetail<BadRequest>()?.FieldViolations.ToList() ?? [];
        var named = violations.Select(violation => RateIndex().Match(violation.Field))
            .Where(match => match.Success)
            .Select(match => int.TryParse(match.Groups["index"].Value, CultureInfo.InvariantCulture, out var index) ? index : -1)
            .Where(index => index >= 0 && index < rates.Count)
            .ToHashSet();
        if (named.Count == 0 || violations.Any(violation => !RateIndex().IsMatch(violation.Field)))
        {
            foreach (var rate in rates)
                ledger.Refuse(Refusal.Reasons(rate.Row, status));
            return [];
        }

        foreach (var index in named)
        {
            ledger.Refuse(
            [
                .. violations.Where(
                    violation => RateIndex().Match(violation.Field).Groups["index"].Value == index.ToString(CultureInfo.InvariantCulture))
                    .Select(violation => new RefusedRow(
                        rates[index].Row.File, rates[index].Row.Line, Refusal.ColumnOf(violation.Field), violation.Description)),
            ]);
        }

        return [.. rates.Where((_, index) => !named.Contains(index))];
    }

    private static bool IsRecorded(ExchangeRateTable? table, ExchangeRate rate) =>
        table?.Rates.FirstOrDefault(other => other.CurrencyCode == rate.CurrencyCode) is { } recorded &&
        DecimalText.TryRead(recorded.UnitsPerEuro, out var recordedUnits, out _) &&
        DecimalText.TryRead(rate.UnitsPerEuro, out var units, out _) &&
        recordedUnits == units;

    [GeneratedRegex(@"^rates\[(?<index>\d+)\]")]
    private static partial Regex RateIndex();

    private sealed record Rate(CsvRow Row, DateOnly Day, ExchangeRate Value, IReadOnlyList<Source> Sources);
}
