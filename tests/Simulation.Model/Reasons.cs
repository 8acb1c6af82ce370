namespace Mining.Simulation.Model;

/// <summary>The reasons of refusals.</summary>
internal static class Reasons
{
    // Named in the protos.
    public const string EtagMismatch = "ETAG_MISMATCH";
    public const string StageTransitionNotAllowed = "STAGE_TRANSITION_NOT_ALLOWED";
    public const string EffectiveDateTooEarly = "EFFECTIVE_DATE_TOO_EARLY";
    public const string BaselineIsFixed = "BASELINE_IS_FIXED";
    public const string ProjectNotFound = "PROJECT_NOT_FOUND";
    public const string InvestorNotFound = "INVESTOR_NOT_FOUND";
    public const string FacilityNotFound = "FACILITY_NOT_FOUND";
    public const string OutsideOwnershipLimit = "OUTSIDE_OWNERSHIP_LIMIT";
    public const string DisbursedMoreThanCommitted = "DISBURSED_MORE_THAN_COMMITTED";
    public const string AmountUndisclosed = "AMOUNT_UNDISCLOSED";
    public const string AlreadySigned = "ALREADY_SIGNED";
    public const string NotSigned = "NOT_SIGNED";
    public const string CommitmentCancelled = "COMMITMENT_CANCELLED";
    public const string DateTooEarly = "DATE_TOO_EARLY";
    public const string CapacityExceeded = "CAPACITY_EXCEEDED";
    public const string CapacityUnknown = "CAPACITY_UNKNOWN";
    public const string CapacityReserved = "CAPACITY_RESERVED";
    public const string AlreadyReleased = "ALREADY_RELEASED";

    // Not named in the protos: observed in the services' answers.
    public const string InvalidArgument = "INVALID_FIELDS";
    public const string NotFound = "RESOURCE_NOT_FOUND";
    public const string AlreadyExists = "RESOURCE_ALREADY_EXISTS";
    public const string StageIsFinal = "STAGE_IS_FINAL";
    public const string DisbursementExists = "DISBURSEMENT_EXISTS";
}
