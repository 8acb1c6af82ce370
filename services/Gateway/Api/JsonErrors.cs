using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Mining.Gateway.Api;

/// <summary>What a JSON caller sees of an error: the same details as a gRPC caller.</summary>
public static class JsonErrors
{
    /// <summary>The messages that an error may carry.</summary>
    public static readonly TypeRegistry Details = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
}
