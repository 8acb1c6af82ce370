using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Mining.Cli.Login;
using Spectre.Console;

namespace Mining.Cli.Shell;

/// <summary>Runs the body of a command: connects, and turns exceptions into an error message and an exit code.</summary>
internal sealed class Session(GlobalOptions globalOptions, CommandContext context)
{
    /// <summary>The types that responses may contain as <c>Any</c>: the commands of proposals.</summary>
    public static TypeRegistry KnownTypes { get; } = TypeRegistry.FromFiles(
        Projects.V1.ProjectServiceReflection.Descriptor, Investors.V1.InvestorServiceReflection.Descriptor);

    /// <summary>Formats messages as indented JSON.</summary>
    public static JsonFormatter Indented { get; } = new(JsonFormatter.Settings.Default.WithTypeRegistry(KnownTypes).WithIndentation());

    private static readonly JsonFormatter OneLine = new(JsonFormatter.Settings.Default.WithTypeRegistry(KnownTypes));

    public IAnsiConsole Console => context.Console;

    public TextReader Input => context.Input;

    public TextWriter Error => context.Error;

    public TimeProvider Time => context.Time;

    /// <summary>The tokens of previous logins.</summary>
    public TokenStore Tokens { get; } = new(context.ConfigFolder);

    public bool WantsJson(ParseResult parse) => globalOptions.WantsJson(parse);

    /// <summary>Sets the action of a command; its body returns the exit code.</summary>
    public void SetAction(Command command, Func<ParseResult, Gateway, CancellationToken, Task<int>> body) =>
        command.SetAction((parse, cancellation) => Run(
            parse,
            async address =>
            {
                var token = globalOptions.Token(parse, context.EnvironmentVariable);
                using var channel = Gateway.Connect(address, inner => new LoginHandler(address, token, Tokens, Error, Time, inner));
                return await body(parse, new Gateway(channel.CreateCallInvoker()), cancellation);
            },
            cancellation));

    /// <summary>Sets the action of a command that does not call the API.</summary>
    public void SetLocalAction(Command command, Func<ParseResult, Uri, CancellationToken, Task<int>> body) =>
        command.SetAction((parse, cancellation) => Run(parse, address => body(parse, address, cancellation), cancellation));

    /// <summary>Prints a response as one line of JSON.</summary>
    public void WriteJson(IMessage message) => context.Output.WriteLine(OneLine.Format(message));

    /// <summary>Prints the pages of lists as JSON if the caller wants it, each when it arrives; otherwise all of them together.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="requests">The requests for the first page of each list.</param>
    /// <param name="list">The method that lists, for example <c>gateway.Projects.ListProjectsAsync</c>.</param>
    /// <param name="print">Prints the pages for people.</param>
    /// <param name="cancellation">Cancels the walk.</param>
    /// <param name="maxPages">The maximum number of pages of each list.</param>
    public async Task<int> List<TRequest, TResponse>(
        ParseResult parse,
        IEnumerable<TRequest> requests,
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> list,
        Action<IReadOnlyList<TResponse>> print,
        CancellationToken cancellation,
        int maxPages = int.MaxValue)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        var pages = new List<TResponse>();
        foreach (var request in requests)
        {
            await foreach (var page in Pages.Walk(request, list, cancellation).Take(maxPages))
            {
                if (WantsJson(parse))
                    WriteJson(page);
                else
                    pages.Add(page);
            }
        }

        if (!WantsJson(parse))
            print(pages);
        return ExitCode.Ok;
    }

    /// <summary>Prints text unchanged.</summary>
    public void WriteLine(string text) => context.Output.WriteLine(text);

    private async Task<int> Run(ParseResult parse, Func<Uri, Task<int>> body, CancellationToken cancellation)
    {
        Uri? address = null;
        try
        {
            address = globalOptions.Address(parse, context.EnvironmentVariable);
            return await body(address);
        }
        catch (UsageException exception)
        {
            await Error.WriteLineAsync(exception.Message);
            return ExitCode.Usage;
        }
        catch (RpcException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (RpcException exception)
        {
            foreach (var line in ServerRefusal.Lines(exception, address!))
                await Error.WriteLineAsync(line);
            return ServerRefusal.ExitCodeOf(exception);
        }
    }
}
