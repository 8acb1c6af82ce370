using Grpc.Core;

namespace Mining.Platform.Calls;

/// <summary>Calls other services by name.</summary>
public interface IServiceCalls
{
    /// <summary>The call invoker for clients of a service.</summary>
    CallInvoker To(string service);
}
