using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Mining.Gateway.Api;

/// <summary>
/// What a JSON caller sees of what has no type of its own in an answer: the details of an error, and the command of a proposal, as a gRPC
/// caller does.
/// </summary>
public static class JsonErrors
{
    /// <summary>The messages that an error may carry, and those that can be proposed.</summary>
    public static readonly TypeRegistry Details = TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor, Projects.V1.ProjectServiceReflection.Descriptor, Investors.V1.InvestorServiceReflection.Descriptor);
}
