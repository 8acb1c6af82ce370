using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Identity;
using Mining.Platform.Storage;

namespace Mining.Platform.Hosting;

/// <summary>A process cannot run as it is configured; the message is for the operator and names every violation.</summary>
public sealed class MisconfiguredException(string message, Exception? inner = null) : InvalidOperationException(message, inner);

/// <summary>The settings that every process has, checked before anything else is done.</summary>
internal static class MeshSettings
{
    /// <summary>How many bytes a key has at least.</summary>
    private const int MinKeyLength = 16;

    private const string DefaultListen = "http://127.0.0.1:18000";

    /// <summary>The address of the public API.</summary>
    public static string Listen(IConfiguration configuration) => configuration["Mesh:Listen"] ?? DefaultListen;

    /// <summary>
    /// Which replica of a service this is. A pod's name is the machine's; processes on one machine differ by their port; neither
    /// changes when the process starts again.
    /// </summary>
    public static ServiceIdentity Identity(IConfiguration configuration, string service)
    {
        var replica = configuration["Mesh:Replica"] is { Length: > 0 } given
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{new Uri(Listen(configuration)).Port}");
        return new ServiceIdentity(service) { Replica = replica[..Math.Min(replica.Length, ServiceIdentity.MaxReplicaLength)] };
    }

    /// <summary>The database of the process.</summary>
    /// <exception cref="MisconfiguredException">There is none, or nobody could understand it.</exception>
    public static string ConnectionString(IConfiguration configuration)
    {
        const string example = "set ConnectionStrings__Database, for example 'Data Source=projects.db' or 'Server=sql;Database=projects;User Id=…;Password=…'.";
        var given = configuration.GetConnectionString("Database");
        if (string.IsNullOrWhiteSpace(given))
            throw new MisconfiguredException($"The database is not configured: {example}");
        return DatabaseChoice.ProblemOf(given) is { } problem
            ? throw new MisconfiguredException($"The database's connection string {problem}: {example}")
            : given;
    }

    /// <summary>Whether the process brings its schema up to date itself, as on a laptop; in production it waits for that.</summary>
    /// <exception cref="MisconfiguredException">It is neither true nor false.</exception>
    public static bool Migrates(IConfiguration configuration) => configuration["Mesh:Migrate"] switch
    {
        null or "" => true,
        var given when bool.TryParse(given, out var migrates) => migrates,
        var given => throw new MisconfiguredException($"Mesh__Migrate must be true or false, but is '{given}'."),
    };

    /// <summary>The file of the key that signs checkpoints. In Development it lies beside the database, and is made at the first start.</summary>
    /// <exception cref="MisconfiguredException">There is none outside Development.</exception>
    public static string SigningKeyFile(IConfiguration configuration, bool isDevelopment) => configuration["Mesh:Audit:SigningKeyFile"] switch
    {
        { Length: > 0 } given => given,
        _ when !isDevelopment => throw new MisconfiguredException(
            "Mesh__Audit__SigningKeyFile must name a PEM file with an ECDSA P-256 key: it signs the checkpoints of the change log."),
        _ when DatabaseChoice.FileOf(ConnectionString(configuration)) is { } database => Path.ChangeExtension(Path.GetFullPath(database), ".signing-key.pem"),
        _ => Path.Combine(Path.GetTempPath(), "mining-development.signing-key.pem"),
    };

    /// <summary>Checks every address that is given, the issuers, and outside Development that the secrets are there which keep others out.</summary>
    /// <exception cref="MisconfiguredException">One or several are wrong; all are named.</exception>
    public static void Check(IConfiguration configuration, bool isDevelopment)
    {
        var addresses = ((string[])["Mesh:Listen", "Mesh:DeliveryListen", "Mesh:HealthListen", "DAPR_GRPC_ENDPOINT", "DAPR_HTTP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
            .Concat(configuration.GetSection("Mesh:Services").GetChildren().Select(service => service.Path));
        var problems = addresses
            .Where(key => configuration[key] is { Length: > 0 } value && !IsAddress(value))
            .Select(key => $"{key.Replace(":", "__", StringComparison.Ordinal)} must be an address such as http://127.0.0.1:18000, but is '{configuration[key]}'.")
            .ToList();
        if (problems.Count == 0
            && configuration["Mesh:DeliveryListen"] is { Length: > 0 } deliveries
            && new Uri(deliveries).Port == new Uri(Listen(configuration)).Port)
        {
            problems.Add("Mesh__Listen and Mesh__DeliveryListen must have different ports: only the sidecar may reach the second.");
        }

        if (Listen(configuration).StartsWith("https:", StringComparison.OrdinalIgnoreCase) && configuration["Mesh:Tls:CertificateFile"] is not { Length: > 0 })
            problems.Add("Mesh__Listen is an https address: Mesh__Tls__CertificateFile and Mesh__Tls__KeyFile must name a certificate.");
        IssuerSettings.Read(configuration, isDevelopment, problems);
        CallDeadline.Read(configuration);
        if (!isDevelopment)
        {
            if (Encoding.UTF8.GetByteCount(configuration["Mesh:PageTokenKey"] ?? "") < MinKeyLength)
                problems.Add($"Mesh__PageTokenKey must be a secret of at least {MinKeyLength} bytes: it signs page tokens.");
            if (configuration["Mesh:DeliveryListen"] is { Length: > 0 } && configuration["APP_API_TOKEN"] is not { Length: > 0 })
                problems.Add("APP_API_TOKEN must be set if Mesh__DeliveryListen is: without it, anyone could deliver changes.");
        }

        if (problems.Count > 0)
            throw new MisconfiguredException(string.Join(' ', problems));
    }

    private static bool IsAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
