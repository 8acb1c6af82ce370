using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mining.Platform.Storage;

namespace Mining.Platform.Hosting;

/// <summary>
/// A process that cannot start for a reason that an operator can cure ends with a sentence and exit code 1. Anything else ends
/// as it is thrown, for then its trace is what is needed.
/// </summary>
internal static class StartProblem
{
    private const int CannotStart = 1;

    public static async Task OrSay(this WebApplication app, Func<Task> run)
    {
        var service = app.Services.GetRequiredService<ServiceIdentity>();
        Database? database = null;
        try
        {
            database = app.Services.GetService<Database>();
            await run();
        }
        catch (Exception exception) when (Sentence(exception, database) is { } sentence)
        {
            app.Logger.LogCritical("{Service} cannot start. {Problem}", service.Name, sentence);
            Environment.ExitCode = CannotStart;
            await app.DisposeAsync(); // the log is written to its end then
        }
    }

    private static string? Sentence(Exception exception, Database? database) => exception switch
    {
        DbException storage => $"The database cannot be used: {storage.Message} {database?.Advice(storage)}",
        InvalidOperationException { InnerException: DbException storage } => $"{exception.Message} {database?.Advice(storage)}",
        UnauthorizedAccessException or IOException => exception.Message,
        _ => null,
    };
}
