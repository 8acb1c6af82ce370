using Grpc.Core;

namespace Mining.Platform.Hosting;

/// <summary>Calls the other services, by name.</summary>
public interface IServiceCalls
{
    /// <summary>What a client of a service makes its calls with.</summary>
    CallInvoker To(string service);
}
