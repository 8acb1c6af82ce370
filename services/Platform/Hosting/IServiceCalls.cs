using Grpc.Core;

namespace Mining.Platform.Hosting;

/// <summary>Calls other services by name.</summary>
public interface IServiceCalls
{
    /// <summary>The call invoker for clients of a service.</summary>
    CallInvoker To(string service);
}
