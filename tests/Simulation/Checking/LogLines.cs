using Microsoft.Extensions.Logging;
using Mining.Simulation.Kernel;

namespace Mining.Simulation.Checking;

/// <summary>The services' logs, with virtual time.</summary>
internal sealed class LogLines(TextWriter writer, Scheduler scheduler) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Further log providers are not supported.");

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose() => writer.Flush();

    public void Write(string line) => writer.WriteLine($"{scheduler.Now:mm\\:ss\\.ffffff} {line}");

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                lines.Write($"{logLevel} {category}: {formatter(state, exception)} {exception?.Message}");
        }
    }
}
