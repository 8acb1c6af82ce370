using Mining.Platform.Authorization;
using Mining.Platform.Bus;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Refining.Api;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>
/// Reserves capacity for a project. Reservations never exceed the capacity of a year: current reservations are read and the new one is
/// written in one transaction, and the log's head admits one writer at a time. Errors: INVALID_ARGUMENT, ALREADY_EXISTS;
/// FAILED_PRECONDITION (CAPACITY_EXCEEDED, CAPACITY_UNKNOWN, PROJECT_NOT_FOUND, FACILITY_NOT_FOUND); UNAVAILABLE (PROJECTS_UNREACHABLE) if
/// the service cannot check whether the project exists.
/// </summary>
public sealed class ReserveCapacity(Committer committer, KnownProjects projects)
    : CommandFeature<ReserveCapacityRequest, Reservation>(committer)
{
    public override Func<UnitOfWork, Task<Reservation>> Prepare(ReserveCapacityRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("reservation", request.Reservation);
        var name = ResourceNames.Reservations.ReadId("reservation_id", request.ReservationId, violations);
        ReservationReader.Check(proposed, "reservation", violations);
        return Reserve;

        async Task<Reservation> Reserve(UnitOfWork work)
        {
            await ReservationStore.RequireNew(work, name);
            var facility = await FacilityStore.Find(work, proposed.Facility)
                ?? throw new RefusedException(Refusal.Precondition("FACILITY_NOT_FOUND", proposed.Facility, $"There is no {proposed.Facility}."));
            var first = First(name, proposed, ProductOf(facility, proposed), work.Today);
            var claim = ReservationReader.ToClaim(first);
            var held = await ReservationStore.LoadHeld(work, facility.Name, within: claim);
            FacilityReader.ToDomain(facility, held).Reserve(claim).OrThrow();
            Parties.Begin(first.Parties, name, work.Caller);
            return await ReservationStore.Save(work, before: null, first);
        }
    }

    /// <summary>The project must exist. Because projects are never deleted, it still does when the reservation is stored.</summary>
    protected override Task RequireDependencies(ReserveCapacityRequest request, CancellationToken cancellation) =>
        projects.Require(request.Reservation.Project, cancellation);

    /// <summary>The product: as given, or the facility's only product of the mineral.</summary>
    private static string ProductOf(Facility facility, Reservation proposed)
    {
        var plan = FacilityReader.ToDomain(facility, []);
        var products = plan.ProductsOf(proposed.Mineral);
        if (products.Contains(proposed.Product))
            return proposed.Product;
        if (products.Count == 1 && proposed.Product.Length == 0)
            return products[0];
        throw new RefusedException(products.Count == 0
            ? Refusal.Invalid(
                "reservation.mineral",
                $"is {proposed.Mineral}, which {facility.Name} does not refine; it refines {Choices(plan.Entries.Select(entry => entry.Line.Mineral))}.")
            : Refusal.Invalid("reservation.product", $"must be a product that {facility.Name} makes from {proposed.Mineral}: {Choices(products)}."));
    }

    /// <summary>The choices as text, cut to a maximum number because a status must fit into HTTP trailers.</summary>
    private static string Choices(IEnumerable<string> values)
    {
        const int maxShown = 20;
        var all = values.Distinct().Select(Primitives.Catalogues.Quote.Of).ToList();
        var words = string.Join(", ", all.Take(maxShown));
        return all.Count == 0 ? "nothing" : all.Count > maxShown ? $"{words} and {all.Count - maxShown} more" : words;
    }

    /// <summary>The initial state: the caller's fields, without those that only a release sets.</summary>
    private static Reservation First(string name, Reservation proposed, string product, DateOnly today) => new()
    {
        Name = name,
        Facility = proposed.Facility,
        Project = proposed.Project,
        Mineral = proposed.Mineral,
        Product = product,
        TonnesPerYear = proposed.TonnesPerYear,
        FromYear = proposed.FromYear,
        ToYear = proposed.ToYear,
        ReservationDate = proposed.ReservationDate ?? PartialDate.From(today).ToDate(),
    };
}
