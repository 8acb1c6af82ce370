using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Errors;
using Mining.Refining.V1;

namespace Mining.Cli.Tests.Fakes;

internal sealed class FakeRefiningService(FakeMesh mesh) : RefiningService.RefiningServiceBase
{
    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext context) =>
        mesh.Batch(() => FakeBatch.Run(this, request.Rows, context));

    public override Task<Facility> CreateFacility(CreateFacilityRequest request, ServerCallContext context) => mesh.Command(
        "refining", request.RequestId, request,
        () =>
        {
            var violations = new Violations();
            violations.CheckCountry("facility.country", request.Facility.Country);
            for (var i = 0; i < request.Facility.Capacities.Count; i++)
                violations.CheckMineral($"facility.capacities[{i}].mineral", request.Facility.Capacities[i].Mineral);
            Named.ThrowIfAny(violations);
            var facility = request.Facility.Clone();
            facility.Name = $"facilities/{request.FacilityId}";
            return Named.Add(mesh.Facilities, facility.Name, facility);
        },
        facility => facility.Name);

    public override Task<Facility> GetFacility(GetFacilityRequest request, ServerCallContext context) =>
        Task.FromResult(mesh.Get(mesh.Facilities, request.Name));

    public override Task<ListFacilitiesResponse> ListFacilities(ListFacilitiesRequest request, ServerCallContext context)
    {
        var (page, next) = mesh.Page(mesh.Facilities.Values, request.PageSize, request.PageToken);
        return Task.FromResult(new ListFacilitiesResponse { Facilities = { page }, NextPageToken = next });
    }
}
