using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Mining.Gateway.Api;

/// <summary>
/// The types that JSON responses may contain as <c>Any</c>: the details of an error, and the command of a proposal. JSON callers see
/// them as gRPC callers do.
/// </summary>
public static class JsonErrors
{
    /// <summary>The types of error details and of commands that can be proposed.</summary>
    public static readonly TypeRegistry Details = TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor, Projects.V1.ProjectServiceReflection.Descriptor, Investors.V1.InvestorServiceReflection.Descriptor);
}
