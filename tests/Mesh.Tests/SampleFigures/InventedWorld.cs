using System.Globalization;
using System.Numerics;
using Google.Type;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Date = Google.Type.Date;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>
/// A world made up from a seed, with what the sample lacks: beneficial owners, amounts, stages and costs that change, payments
/// in parts, ends after payments, partial dates, single cents. Each fact is told to the services and kept for the prediction.
/// </summary>
internal sealed class InventedWorld(MeshProcesses mesh, int seed)
{
    private static readonly string[] Countries = ["DE", "FR", "US", "US", "GB", "CA", "JP", "EU"];
    private static readonly string[] Currencies = ["EUR", "USD", "JPY", "GBP"];
    private static readonly DateOnly FirstDay = new(2021, 1, 1);

    private readonly Random random = new(seed);

    public World Facts { get; } = new();

    public async Task Make()
    {
        foreach (var day in (DateOnly[])[FirstDay, new(2023, 6, 30), new(2025, 1, 31)])
            await Publish(day);
        for (var i = 0; i < 12; i++)
            await Invest($"investor-{i}");
        for (var i = 0; i < 14; i++)
            await Plan($"project-{i}");
        for (var i = 0; i < 90; i++)
            await Commit($"commitment-{i:D2}");
    }

    private async Task Publish(DateOnly day)
    {
        var request = new PublishExchangeRatesRequest { Date = ToDate(day, 3) };
        foreach (var (currency, about) in (ReadOnlySpan<(string, int)>)[("USD", 11_000), ("JPY", 1_600_000), ("GBP", 8_600)])
        {
            var rate = (about + random.Next(-500, 500)).ToString(CultureInfo.InvariantCulture).PadLeft(5, '0');
            rate = $"{rate[..^4]}.{rate[^4..^1]}{random.Next(1, 10)}";
            request.Rates.Add(new ExchangeRate { CurrencyCode = currency, UnitsPerEuro = new() { Value = rate } });
            if (!Facts.Rates.TryGetValue(currency, out var days))
                Facts.Rates.Add(currency, days = []);
            days.Add(day, rate);
        }

        await mesh.InvestorsClient.PublishExchangeRatesAsync(request);
    }

    private async Task Invest(string id)
    {
        var investor = new Investor { DisplayName = id.ToUpperInvariant(), Country = Any(Countries), Kind = InvestorKind.Fund };
        var owners = new Dictionary<string, int>();
        var left = 1_000_000;
        foreach (var country in Countries.Distinct().Where(country => country != "EU").OrderBy(_ => random.Next()).Take(random.Next(4)))
        {
            if (left == 0)
                break;
            var share = random.Next(3) == 0 ? Math.Min(left, 333_333) : random.Next(1, left);
            owners.Add(country, share);
            investor.BeneficialOwners.Add(new BeneficialOwner { Country = country, SharePpm = share });
            left -= share;
        }

        owners[investor.Country] = owners.GetValueOrDefault(investor.Country) + left;
        Facts.Investors.Add(id, new(id, investor.DisplayName, owners));
        await mesh.InvestorsClient.CreateInvestorAsync(new() { InvestorId = id, Investor = investor });
    }

    private async Task Plan(string id)
    {
        string[] minerals = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any("lithium", "cobalt", "tin")).Distinct()];
        string[] kinds = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any("MINING", "REFINING", "RECYCLING")).Distinct()];
        var facts = new WorldProject(id, $"Project {id}", Any("DE", "FR", "US", "CL"), kinds, minerals);
        Facts.Projects.Add(id, facts);
        var project = new Project
        {
            DisplayName = facts.Name,
            Country = facts.Country,
            Kinds = { kinds.Select(kind => Enum.Parse<ProjectKind>(kind, ignoreCase: true)) },
            Minerals = { minerals },
        };
        var request = new CreateProjectRequest { ProjectId = id, Project = project };
        var day = FirstDay.AddDays(random.Next(500));
        if (random.Next(4) > 0)
        {
            project.Stage = Stage.Scoping;
            var dated = random.Next(2) == 0;
            request.StageEffectiveDate = dated ? ToDate(day, 3) : null;
            facts.Stages.Add(new("SCOPING", dated ? day : WorldFiles.Always));
        }

        if (random.Next(3) > 0)
        {
            var currency = Any(Currencies);
            var cost = SomeAmount();
            project.CapitalCost = ToMoney(cost, currency);
            facts.CapitalCosts.Add(new((cost, currency), WorldFiles.Always));
        }

        await mesh.ProjectsClient.CreateProjectAsync(request);
        foreach (var stage in (Stage[])[Stage.Feasibility, Any(Stage.Construction, Stage.Suspended), Any(Stage.Operating, Stage.Suspended, Stage.Cancelled)])
        {
            day = day.AddDays(random.Next(1, 500));
            var word = stage.ToString().ToUpperInvariant();
            if (random.Next(2) == 0 || facts.Stages.LastOrDefault()?.Value == word)
                continue;
            await mesh.ProjectsClient.ChangeStageAsync(new() { Name = $"projects/{id}", Stage = stage, EffectiveDate = ToDate(day, 3), Reason = "invented" });
            facts.Stages.Add(new(word, day));
        }

        if (facts.CapitalCosts.Count > 0 && facts.Stages.LastOrDefault()?.Value != "CANCELLED")
        {
            var since = FirstDay.AddDays(random.Next(1_500));
            var cost = SomeAmount();
            var update = new Project { Name = $"projects/{id}", CapitalCost = ToMoney(cost, "USD") };
            await mesh.ProjectsClient.UpdateProjectAsync(new() { Project = update, EffectiveDate = ToDate(since, 3) });
            facts.CapitalCosts.Add(new((cost, "USD"), since));
        }
    }

    private async Task Commit(string id)
    {
        var currency = Any(Currencies);
        var basis = random.Next(8) == 0 ? CountingBasis.Overlap : CountingBasis.Additive;
        var instrument = Any(Instrument.Equity, Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment, Instrument.Offtake);
        var parts = random.Next(1, 4);
        var day = FirstDay.AddDays(random.Next(1_500));
        day = parts switch { 1 => new(day.Year, 1, 1), 2 => new(day.Year, day.Month, 1), _ => day };
        DateOnly? announced = random.Next(10) == 0 ? null : day;
        var facts = new WorldCommitment(
            id, Any([.. Facts.Investors.Keys]), Any([.. Facts.Projects.Keys]), instrument.ToString().ToUpperInvariant(), currency,
            basis.ToString().ToUpperInvariant(), announced);
        Facts.Commitments.Add(id, facts);
        BigInteger? amount = random.Next(6) == 0 ? null : SomeAmount();
        facts.Amounts.Add(new(amount, WorldFiles.Always));
        var commitment = new Commitment
        {
            Investor = $"investors/{facts.Investor}",
            Project = $"projects/{facts.Project}",
            Instrument = instrument,
            CurrencyCode = currency,
            CountingBasis = basis,
            Amount = amount is null ? null : ToMoney(amount.Value, currency),
            AnnouncementDate = announced is null ? null : ToDate(day, parts),
        };
        var name = (await mesh.InvestorsClient.CreateCommitmentAsync(new() { CommitmentId = id, Commitment = commitment })).Name;
        day = day.AddDays(random.Next(366));
        if (random.Next(4) == 0)
        {
            amount = (amount ?? 0) + SomeAmount();
            var update = new Commitment { Name = name, Amount = ToMoney(amount.Value, currency) };
            await mesh.InvestorsClient.UpdateCommitmentAsync(new() { Commitment = update, EffectiveDate = ToDate(day, 3) });
            facts.Amounts.Add(new(amount, day));
        }

        if (random.Next(3) > 0)
            day = await Sign(facts, name, day.AddDays(random.Next(200)), amount);
        if (random.Next(5) == 0)
        {
            facts.Cancelled = day.AddDays(random.Next(1, 200));
            await mesh.InvestorsClient.CancelCommitmentAsync(new() { Name = name, Date = ToDate(facts.Cancelled.Value, 3), Reason = "invented" });
        }
    }

    private async Task<DateOnly> Sign(WorldCommitment facts, string name, DateOnly day, BigInteger? amount)
    {
        facts.Signed = facts.Announced is null ? WorldFiles.Always : day;
        await mesh.InvestorsClient.SignCommitmentAsync(new() { Name = name, Date = facts.Announced is null ? null : ToDate(day, 3) });
        var left = amount ?? 1;
        for (var i = random.Next(4); i > 0 && left > 0; i--)
        {
            day = day.AddDays(random.Next(200));
            BigInteger? paid = amount is null ? null : i == 1 ? left : BigInteger.Max(1, left * random.Next(1, 100) / 100);
            var payment = new Disbursement { Amount = paid is null ? null : ToMoney(paid.Value, facts.Currency), Date = ToDate(day, 3) };
            await mesh.InvestorsClient.RecordDisbursementAsync(new() { Name = name, Disbursement = payment });
            facts.Payments.Add(new(paid, day));
            left -= paid ?? 0;
        }

        return day;
    }

    private BigInteger SomeAmount() => random.Next(3) switch
    {
        0 => random.Next(1, 6),
        1 => random.NextInt64(100, 1_000_000_000_00),
        _ => random.NextInt64(1_000_000_000_00, 1_000_000_000_000_00),
    };

    private T Any<T>(params T[] values) => values[random.Next(values.Length)];

    private static Date ToDate(DateOnly day, int parts) =>
        new() { Year = day.Year, Month = parts > 1 ? day.Month : 0, Day = parts > 2 ? day.Day : 0 };

    private static Money ToMoney(BigInteger minorUnits, string currency)
    {
        var one = BigInteger.Pow(10, World.Decimals(currency));
        return new Money { CurrencyCode = currency, Units = (long)(minorUnits / one), Nanos = (int)(minorUnits % one * (1_000_000_000 / one)) };
    }
}
