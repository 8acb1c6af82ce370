// At stake: the rates at which every figure is converted: exact, dated, and never from half a file. Tested through the public API only, on
// the service as a real process. Each test uses its own years, because all rates share one table.
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Type;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Testing;
using Xunit;
using WireDecimal = Google.Type.Decimal;

namespace Mining.Investors.Tests;

public sealed class ExchangeRateTests(InvestorsOnSqlite investors) : ExchangeRateSuite(investors);

public sealed class ExchangeRateOnSqlServerTests(InvestorsOnSqlServer investors) : ExchangeRateSuite(investors);

public abstract class ExchangeRateSuite(InvestorsProcess investors)
{
    private readonly InvestorService.InvestorServiceClient client = investors.SkipUnlessAvailable().Client;

    [Fact]
    public async Task New_rates_are_added_to_a_day_and_known_ones_change_nothing()
    {
        var request = new PublishExchangeRatesRequest { Date = Day(1990, 1, 2), Rates = { Rate("USD", "1.10500"), Rate("DEM", "1.95583") } };
        var first = await client.PublishExchangeRatesAsync(request);
        Assert.Equal("exchangeRateTables/1990-01-02", first.Name);
        Assert.Equal([("DEM", "1.95583"), ("USD", "1.105")], first.Rates.Select(rate => (rate.CurrencyCode, rate.UnitsPerEuro.Value)));

        var second = await client.PublishExchangeRatesAsync(new() { Date = request.Date, Rates = { Rate("GBP", "0.86905"), Rate("USD", "1.1051") } });
        Assert.Equal(2, second.Version);
        Assert.Equal([("DEM", "1.95583"), ("GBP", "0.86905"), ("USD", "1.1051")], second.Rates.Select(rate => (rate.CurrencyCode, rate.UnitsPerEuro.Value)));

        Assert.Equal(second, await client.PublishExchangeRatesAsync(new() { Date = request.Date, Rates = { Rate("USD", "1.10510") } }));
        Assert.Equal([second], await List(1990));
    }

    [Fact]
    public async Task A_source_is_added_to_those_of_the_day()
    {
        var request = new PublishExchangeRatesRequest { Date = Day(1991, 1, 2), Rates = { Rate("USD", "1.1") }, Sources = { new Common.V1.Source { Citation = "One" } } };
        await client.PublishExchangeRatesAsync(request);
        request.Sources[0].Citation = "Two";
        await client.PublishExchangeRatesAsync(request);
        var last = await client.PublishExchangeRatesAsync(request);
        Assert.Equal(["One", "Two"], last.Sources.Select(source => source.Citation));
        Assert.Equal(2, last.Version);
    }

    [Fact]
    public async Task All_violations_are_named_at_once()
    {
        var request = new PublishExchangeRatesRequest
        {
            Date = new Date { Year = 1992, Month = 2 },
            Rates =
            {
                Rate("EUR", "1"), Rate("usd", "1"), Rate("GBP", "0"), Rate("GBP", "-1"), Rate("JPY", "1000000000000"), Rate("CHF", "1.00000000001"),
                new ExchangeRate { CurrencyCode = "AUD" }, Rate("CAD", "much"),
            },
            Sources = { new Common.V1.Source() },
        };
        var status = await Refused.By(async () => await client.PublishExchangeRatesAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "date", "rates[0].currency_code", "rates[1].currency_code", "rates[2].units_per_euro", "rates[3].currency_code",
                "rates[3].units_per_euro", "rates[4].units_per_euro", "rates[5].units_per_euro", "rates[6].units_per_euro",
                "rates[7].units_per_euro", "sources[0].citation",
            ],
            status.Fields());
        await Refused.By(async () => await client.PublishExchangeRatesAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
    }

    [Fact]
    public async Task The_largest_and_the_finest_rate_are_kept_exactly()
    {
        var table = await client.PublishExchangeRatesAsync(new()
        {
            Date = Day(1993, 1, 4),
            Rates = { Rate("AAA", "999999999999.9999999999"), Rate("BBB", "0.0000000001") },
        });
        Assert.Equal(["999999999999.9999999999", "0.0000000001"], table.Rates.Select(rate => rate.UnitsPerEuro.Value));
    }

    [Fact]
    public async Task Paging_starts_with_the_latest_day()
    {
        for (var day = 1; day <= 7; day++)
            await client.PublishExchangeRatesAsync(new() { Date = Day(1994, 3, day), Rates = { Rate("USD", "1.2") } });
        var request = new ListExchangeRatesRequest { PageSize = 2, FromDate = Day(1994, 3, 2), ToDate = Day(1994, 3, 6) };
        var seen = new List<int>();
        do
        {
            var page = await client.ListExchangeRatesAsync(request);
            seen.AddRange(page.ExchangeRateTables.Select(table => table.Date.Day));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal([6, 5, 4, 3, 2], seen);
        var status = await Refused.By(
            async () => await client.ListExchangeRatesAsync(new() { FromDate = Day(1994, 3, 2), ToDate = Day(1994, 3, 1) }),
            StatusCode.InvalidArgument,
            "INVALID_FIELDS");
        Assert.Equal(["to_date"], status.Fields());
    }

    [Fact]
    public async Task A_central_bank_file_is_imported_by_day_and_a_second_time_without_change()
    {
        var csv = Csv(1995, days: 365);
        var validated = await client.ImportExchangeRatesAsync(new() { Csv = csv, ValidateOnly = true });
        Assert.Equal((365, 0), (validated.ImportedDays, validated.UnchangedDays));
        Assert.Empty(await List(1995));

        var first = await client.ImportExchangeRatesAsync(new() { Csv = csv });
        Assert.Equal((365, 0), (first.ImportedDays, first.UnchangedDays));
        var tables = await List(1995);
        Assert.Equal(365, tables.Count);
        Assert.All(tables, table => Assert.Equal(1, table.Version));
        Assert.Equal(["JPY", "USD"], tables[^1].Rates.Select(rate => rate.CurrencyCode));

        var second = await client.ImportExchangeRatesAsync(new() { Csv = csv });
        Assert.Equal((0, 365), (second.ImportedDays, second.UnchangedDays));
        Assert.Equal(tables, await List(1995));
    }

    [Fact]
    public async Task Only_days_from_the_start_date_are_imported_and_other_rates_stay()
    {
        await client.PublishExchangeRatesAsync(new() { Date = Day(1996, 12, 31 - 1), Rates = { Rate("XYZ", "7") } });
        var answer = await client.ImportExchangeRatesAsync(new() { Csv = Csv(1996, days: 366), FromDate = Day(1996, 12, 30) });
        Assert.Equal((2, 0), (answer.ImportedDays, answer.UnchangedDays));
        Assert.Equal([2, 3], (await List(1996)).Select(table => table.Rates.Count));
    }

    [Fact]
    public async Task A_file_with_one_invalid_rate_imports_nothing()
    {
        var csv = ByteString.CopyFromUtf8("Date,USD,JPY,\n1997-01-03,1.1,one,\n1997-01-02,1.1,120,\n");
        var status = await Refused.By(async () => await client.ImportExchangeRatesAsync(new() { Csv = csv }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Contains("line 2, column JPY", status.Description("csv"), StringComparison.Ordinal);
        Assert.Empty(await List(1997));
    }

    [Fact]
    public async Task An_error_names_as_many_invalid_places_as_it_can_hold()
    {
        var csv = ByteString.CopyFromUtf8("Date,USD\n" + string.Concat(Enumerable.Repeat($"{new string('x', 500)},{new string('ä', 500)}\n", 500)));
        var status = await Refused.By(async () => await client.ImportExchangeRatesAsync(new() { Csv = csv }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.InRange(status.Fields().Length, 20, 100);
        Assert.Contains("And 97 more.", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused()
    {
        var csv = ByteString.CopyFrom(new byte[(3 << 20) + 1]);
        var status = await Refused.By(async () => await client.ImportExchangeRatesAsync(new() { Csv = csv }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Contains("3145728", status.Description("csv"), StringComparison.Ordinal);
    }

    private static ByteString Csv(int year, int days)
    {
        var text = new StringBuilder("Date,USD,JPY,CYP,\r\n");
        for (var i = days - 1; i >= 0; i--)
            text.Append(CultureInfo.InvariantCulture, $"{new DateOnly(year, 1, 1).AddDays(i):yyyy-MM-dd},1.{i + 1},120.5,N/A,\r\n");
        return ByteString.CopyFromUtf8(text.ToString());
    }

    private static ExchangeRate Rate(string currency, string units) =>
        new() { CurrencyCode = currency, UnitsPerEuro = new WireDecimal { Value = units } };

    private static Date Day(int year, int month, int day) => new() { Year = year, Month = month, Day = day };

    private async Task<IReadOnlyList<ExchangeRateTable>> List(int year) =>
        (await client.ListExchangeRatesAsync(new() { PageSize = 1_000, FromDate = Day(year, 1, 1), ToDate = Day(year, 12, 31) })).ExchangeRateTables;
}
