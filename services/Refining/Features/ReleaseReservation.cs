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
/// Releases a reservation for all of its years. Its capacity is free immediately, whatever the release date: the date documents when the
/// reservation ended, and waiting for it would make the free capacity depend on the reader's clock. Errors: INVALID_ARGUMENT, NOT_FOUND,
/// ABORTED; FAILED_PRECONDITION (ALREADY_RELEASED, DATE_TOO_EARLY).
/// </summary>
public sealed class ReleaseReservation(Committer committer) : CommandFeature<ReleaseReservationRequest, Reservation>(committer)
{
    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public override Func<UnitOfWork, Task<Reservation>> Prepare(ReleaseReservationRequest request, Violations violations)
    {
        var name = ResourceNames.Reservations.ReadName("name", request.Name, violations);
        var given = violations.ReadDate("release_date", request.ReleaseDate);
        violations.CheckText("reason", request.Reason, MaxReasonLength);
        return Release;

        async Task<Reservation> Release(UnitOfWork work)
        {
            var present = await ReservationStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            UnitOfWork.RequireEtag(request.Etag, present);
            if (present.Released)
                throw new RefusedException(Refusal.Precondition("ALREADY_RELEASED", name, $"{name} is already released."));
            var date = given ?? PartialDate.From(work.Today);
            // A partial date may be any of its days, so refuse only a date that is certainly too early.
            if (ReservationReader.ToDate(present.ReservationDate) is { } made && date.LastDay < made.FirstDay)
                throw new RefusedException(Refusal.Precondition("DATE_TOO_EARLY", name, $"{date} is before the reservation, which is effective from {made}."));

            var next = present.Clone();
            next.Released = true;
            next.ReleaseDate = date.ToDate();
            next.ReleaseReason = request.Reason;
            return await ReservationStore.Save(work, present, next);
        }
    }
}
