using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Refining.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows the lists of investors and facilities.</summary>
internal static class ListViews
{
    private const int PpmPerPercent = 10_000;

    public static void Write(IAnsiConsole console, IReadOnlyList<Investor> investors)
    {
        var table = Tables.Of(Tables.Name("Investor"), Tables.Text("Name and owners"), Tables.Name(Tables.Country), Tables.Name("Kind"));
        foreach (var investor in investors)
        {
            table.Add(
                ResourceNames.Id(investor.Name), investor.DisplayName + Owners(investor), investor.Country,
                EnumNames.Of(investor.Kind).Replace('-', ' '));
        }

        console.Write(table);
        console.Sentence($"{Figures.Count(investors.Count, "investor")}.");
    }

    public static void Write(IAnsiConsole console, IReadOnlyList<Facility> facilities)
    {
        var table = Tables.Of(
            Tables.Name("Facility"), Tables.Name(Tables.Country), Tables.Name("Status"), Tables.Name("In\nservice"),
            Tables.Text("Mineral: product"), Tables.Figure("Capacity\n(t/year)"));
        foreach (var facility in facilities)
        {
            string[] head = [
                ResourceNames.Id(facility.Name), facility.Country, EnumNames.Of(facility.Status), Figures.Day(facility.InServiceDate)];
            foreach (var capacity in facility.Capacities.DefaultIfEmpty(new Capacity()))
            {
                var product = capacity.Product.Length > 0 ? $"{capacity.Mineral}: {capacity.Product}" : capacity.Mineral;
                var from = capacity.FromYear > 0 ? FormattableString.Invariant($" from {capacity.FromYear}") : "";
                table.Add([.. head, product + from, Figures.Number(capacity.TonnesPerYear)]);
                head = ["", "", "", ""];
            }
        }

        console.Write(table);
        var unknown = facilities.Count(facility => !facility.Capacities.Any(capacity => capacity.TonnesPerYear is not null));
        console.Sentence(
            $"{Figures.Count(facilities.Count, "facility", "facilities")}, {Figures.Count(unknown)} of them without a known capacity.");
    }

    private static string Owners(Investor investor)
    {
        var owners = investor.BeneficialOwners.Select(owner => $"{owner.Country} {Figures.Percent(owner.SharePpm)}").ToList();
        var rest = (100 * PpmPerPercent) - investor.BeneficialOwners.Sum(owner => owner.SharePpm);
        if (owners.Count > 0 && rest > 0)
            owners.Add($"{investor.Country} (rest) {Figures.Percent(rest)}");
        return owners.Count > 0 ? $"\n  {string.Join(", ", owners)}" : "";
    }
}
