using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Authentication;
using Mining.Platform.Limits;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;

namespace Mining.Platform.Hosting;

/// <summary>Settings common to all processes. They are checked before anything else.</summary>
internal static class MeshSettings
{
    /// <summary>Minimum length of a key in bytes.</summary>
    private const int MinKeyLength = 16;

    private const string DefaultListen = "http://127.0.0.1:18000";

    /// <summary>The address of the public API.</summary>
    public static string Listen(IConfiguration configuration) => configuration["Mesh:Listen"] ?? DefaultListen;

    /// <summary>
    /// The identity of this replica. In a pod, the machine name is the pod's name; processes on one machine differ by port. Neither changes
    /// on a restart.
    /// </summary>
    public static ServiceIdentity Identity(IConfiguration configuration, string service)
    {
        var replica = configuration["Mesh:Replica"] is { Length: > 0 } given
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{new Uri(Listen(configuration)).Port}");
        return new ServiceIdentity(service) { Replica = replica[..Math.Min(replica.Length, ServiceIdentity.MaxReplicaLength)] };
    }

    /// <summary>The database of the process.</summary>
    /// <exception cref="MisconfiguredException">The connection string is missing or invalid.</exception>
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

    /// <summary>Whether the process migrates its schema itself, as on a laptop. In production it waits for the schema instead.</summary>
    /// <exception cref="MisconfiguredException">The value is neither true nor false.</exception>
    public static bool Migrates(IConfiguration configuration) => configuration["Mesh:Migrate"] switch
    {
        null or "" => true,
        var given when bool.TryParse(given, out var migrates) => migrates,
        var given => throw new MisconfiguredException($"Mesh__Migrate must be true or false, but is '{given}'."),
    };

    /// <summary>
    /// The file with the key that signs checkpoints. In Development it is next to the database and is created on the first start.
    /// </summary>
    /// <exception cref="MisconfiguredException">It is not configured outside Development.</exception>
    public static string SigningKeyFile(IConfiguration configuration, bool isDevelopment) => configuration["Mesh:Audit:SigningKeyFile"] switch
    {
        { Length: > 0 } given => given,
        _ when !isDevelopment => throw new MisconfiguredException(
            "Mesh__Audit__SigningKeyFile must name a PEM file with an ECDSA P-256 key: it signs the checkpoints of the change log."),
        _ when DatabaseChoice.FileOf(ConnectionString(configuration)) is { } database => Path.ChangeExtension(Path.GetFullPath(database), ".signing-key.pem"),
        _ => Path.Combine(Path.GetTempPath(), "mining-development.signing-key.pem"),
    };

    /// <summary>Checks all configured addresses and issuers and, outside Development, that the required secrets are set.</summary>
    /// <exception cref="MisconfiguredException">Settings are invalid. The message names all of them.</exception>
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
