using System.Reflection;
using Google.Protobuf;
using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Cli.Tests.Fakes;

/// <summary>Runs the rows of a batch one by one as calls of the fake service.</summary>
internal static class FakeBatch
{
    public static async Task<BatchWriteResponse> Run<TRow>(object service, IEnumerable<TRow> rows, ServerCallContext context)
        where TRow : IMessage<TRow>
    {
        var response = new BatchWriteResponse();
        foreach (var row in rows)
        {
            var request = (IMessage)row.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(row).Accessor.GetValue(row);
            try
            {
                var method = service.GetType().GetMethod(request.Descriptor.Name[..^"Request".Length])!;
                var call = (Task)method.Invoke(service, BindingFlags.DoNotWrapExceptions, null, [request, context], null)!;
                await call;
                response.Results.Add(new BatchWriteResult { Written = new() { Name = ((IVersionedResource)((dynamic)call).Result).Name } });
            }
            catch (RpcException exception)
            {
                response.Results.Add(new BatchWriteResult
                {
                    Refusal = exception.GetRpcStatus() ?? new() { Code = (int)exception.StatusCode, Message = exception.Status.Detail },
                });
            }
        }

        return response;
    }
}
