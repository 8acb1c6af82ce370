using Google.Protobuf;
using Mining.Common.V1;
using Mining.Investors.V1;
using static Mining.Simulation.Model.Commands.Pools;

namespace Mining.Simulation.Model.Commands;

/// <summary>Commands about partnerships, investors and exchange rates.</summary>
internal static class InvestorCommands
{
    private static readonly string[] Union = ["BE", "DE", "ES", "EU", "FR", "IT", "PL", "SE"];

    public static IMessage Create(Random random) => new CreateInvestorRequest
    {
        InvestorId = NewId(random, "investor", InvestorCount),
        Investor = Investor(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static IMessage Update(Random random)
    {
        var investor = Investor(random);
        investor.Name = Pools.Investor(random);
        return new UpdateInvestorRequest
        {
            Investor = investor,
            UpdateMask = random.Next(6) switch
            {
                0 => null,
                1 => ProjectCommands.Mask("*"),
                2 => ProjectCommands.Mask("display_name", "kind", "sources"),
                3 => random.Chance(10) ? ProjectCommands.Mask("no_such_field") : ProjectCommands.Mask("country"),
                _ => ProjectCommands.Mask("beneficial_owners"),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage UpdatePartnership(Random random)
    {
        var targetPpm = random.Pick(500_000, 400_000, 333_333);
        var partnership = new Partnership
        {
            Name = random.Chance(3) ? "partnerships/unknown" : CommandGenerator.Partnership,
            DisplayName = $"Partnership {random.Next(10)}",
            ReportingCurrency = random.Pick("EUR", "USD", "JPY"),
            OutsideOwnershipRule = random.Chance(10) ? null : Rule(random),
            // All callers act for all sides, so no period is closed to them.
            ClosedThrough = random.Maybe(30, one => one.Chance(10) ? new() { Year = 2024 } : new() { Year = one.Next(2022, 2026), Month = 12, Day = 31 }),
        };
        var thirdSide = random.Chance(20);
        partnership.Sides.Add(Side("US", targetPpm, random.Pick<string[]>(["US"], ["CA", "US"])));
        partnership.Sides.Add(Side("EU", (thirdSide ? 900_000 : random.Chance(5) ? 999_999 : 1_000_000) - targetPpm, Union));
        if (thirdSide)
            partnership.Sides.Add(Side("JP", 100_000, random.Chance(10) ? ["JP", "DE"] : ["JP"]));
        return new UpdatePartnershipRequest
        {
            Partnership = partnership,
            UpdateMask = random.Next(6) switch
            {
                0 => null,
                5 => ProjectCommands.Mask("closed_through"),
                1 => ProjectCommands.Mask("sides"),
                2 => ProjectCommands.Mask("display_name", "reporting_currency"),
                _ => ProjectCommands.Mask("outside_ownership_rule"),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage PublishRates(Random random)
    {
        var request = new PublishExchangeRatesRequest
        {
            Date = random.Next(50) switch
            {
                0 => new() { Year = 2026 },
                _ => new() { Year = random.Next(2024, 2027), Month = random.Pick(1, 4, 7, 10), Day = random.Pick(1, 15) },
            },
            ValidateOnly = ValidateOnly(random),
        };
        var rates = new List<ExchangeRate> { Rate("USD", $"1.{random.Next(10, 99)}{random.Next(1, 9)}") };
        if (random.Chance(60))
            rates.Add(Rate("JPY", $"{random.Next(120, 180)}.{random.Next(1, 9)}"));
        if (random.Chance(60))
            rates.Add(Rate("KWD", $"0.{random.Next(30, 40)}{random.Next(1, 9)}"));
        if (random.Chance(3))
            rates.Add(random.Pick(Rate("EUR", "1"), Rate("USD", "1"), Rate("JPY", "0"), Rate("KWD", "-1"), Rate("KWD", "0.12345678901")));
        request.Rates.AddRange(rates);
        if (random.Chance(10))
            request.Sources.Add(new Source { Citation = $"A bank {random.Next(3)}" });
        return request;
    }

    private static Investor Investor(Random random)
    {
        var investor = new Investor
        {
            DisplayName = random.Chance(1) ? "" : $"Investor {random.Next(100)}",
            Country = random.Chance(1) ? "ZZ" : random.Pick("DE", "FR", "EU", "US", "US", "JP", "CN"),
            Kind = random.Chance(1) ? (InvestorKind)99 : (InvestorKind)random.Next(1, 7),
        };
        // Odd parts, so that every split leaves units over.
        var owners = random.Next(5) switch
        {
            0 => [("US", 333_333), ("DE", 333_333)],
            1 => [("US", 1), ("FR", 499_999), ("CN", random.Pick(250_000, 250_001, 100_000))],
            2 => random.Chance(10) ? [("US", 600_000), ("DE", 400_001)] : new[] { ("RU", 123_457), ("US", 654_321), ("ES", 222_222) },
            _ => Array.Empty<(string, int)>(),
        };
        investor.BeneficialOwners.AddRange(owners.Select(owner => new BeneficialOwner { Country = owner.Item1, SharePpm = owner.Item2 }));
        if (random.Chance(1))
            investor.BeneficialOwners.AddRange(investor.BeneficialOwners.Clone());
        if (random.Chance(20))
            investor.Sources.Add(new Source { Citation = $"A register {random.Next(10)}" });
        return investor;
    }

    private static OutsideOwnershipRule Rule(Random random)
    {
        var rule = new OutsideOwnershipRule
        {
            LimitPpm = random.Pick(250_000, 0, 500_000, 1_000_000),
            Effect = random.Chance(2) ? OutsideOwnershipRule.Types.Effect.Unspecified : random.Pick(
                OutsideOwnershipRule.Types.Effect.Mark, OutsideOwnershipRule.Types.Effect.Mark, OutsideOwnershipRule.Types.Effect.Block),
        };
        rule.CoveredCountries.AddRange(random.Chance(70) ? ["CN", "RU"] : ["CN"]);
        return rule;
    }

    private static Side Side(string id, int targetPpm, string[] countries) =>
        new() { SideId = id, DisplayName = $"Side {id}", TargetSharePpm = targetPpm, Countries = { countries }, FourEyes = id == "JP" };

    private static ExchangeRate Rate(string currency, string unitsPerEuro) =>
        new() { CurrencyCode = currency, UnitsPerEuro = new() { Value = unitsPerEuro } };
}
