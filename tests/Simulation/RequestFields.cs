using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Simulation;

/// <summary>The common fields of all commands, by their descriptors.</summary>
internal static class RequestFields
{
    private static readonly string[] Kinds = ["projects", "investors", "commitments", "partnerships", "facilities", "reservations"];

    public static void SetRequestId(IMessage request, string requestId) =>
        request.Descriptor.FindFieldByName("request_id").Accessor.SetValue(request, requestId);

    public static bool ValidateOnly(IMessage request) =>
        request.Descriptor.FindFieldByName("validate_only")?.Accessor.GetValue(request) is true;

    /// <summary>The service that owns the resource of a command.</summary>
    public static string ServiceOf(IMessage request) => request.Descriptor.File.Package.Split('.')[1];

    /// <summary>Whether a service has a read method for single records of this kind.</summary>
    public static bool CanGet(string name) => Kinds.Contains(name.Split('/')[0]);

    /// <summary>The method that reads a record, and its service.</summary>
    public static (string Service, IMessage Request) Get(string name) => name[..name.IndexOf('/', StringComparison.Ordinal)] switch
    {
        "projects" => ("projects", new GetProjectRequest { Name = name }),
        "investors" => ("investors", new GetInvestorRequest { Name = name }),
        "commitments" => ("investors", new GetCommitmentRequest { Name = name }),
        "partnerships" => ("investors", new GetPartnershipRequest { Name = name }),
        "facilities" => ("refining", new GetFacilityRequest { Name = name }),
        "reservations" => ("refining", new GetReservationRequest { Name = name }),
        var kind => throw new InvalidOperationException($"No service has a read method for {kind}."),
    };
}
