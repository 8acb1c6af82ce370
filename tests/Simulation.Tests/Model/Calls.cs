using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Simulation.Tests.Model;

/// <summary>Sends any command to its method, found by the descriptors.</summary>
internal static class Calls
{
    private static readonly Dictionary<MessageDescriptor, MethodDescriptor> Methods =
        new[] { ProjectServiceReflection.Descriptor, InvestorServiceReflection.Descriptor, RefiningServiceReflection.Descriptor }
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .ToDictionary(method => method.InputType);

    public static async Task<IVersionedResource> Send(CallInvoker invoker, IMessage request)
    {
        var of = Methods[request.Descriptor];
        var method = new Method<IMessage, IMessage>(
            MethodType.Unary,
            of.Service.FullName,
            of.Name,
            Marshallers.Create<IMessage>(message => message.ToByteArray(), of.InputType.Parser.ParseFrom),
            Marshallers.Create<IMessage>(message => message.ToByteArray(), of.OutputType.Parser.ParseFrom));
        return (IVersionedResource)await invoker.AsyncUnaryCall(method, null, default, request);
    }
}
