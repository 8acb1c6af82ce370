using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Mining.Primitives.Settings;
using Mining.Primitives.Time;

namespace Mining.Platform.Calls;

/// <summary>
/// What TLS needs, as PEM files under <c>Mesh:Tls</c>: <c>CertificateFile</c> (with its intermediates) and <c>KeyFile</c> of this process;
/// <c>ClientCertificateAuthorityFile</c>: who calls must have a certificate of this authority (mutual TLS);
/// <c>CertificateAuthorityFile</c>: the authority to trust when this process calls the others, default the machine's. The files are looked
/// at again every <see cref="Interval"/>, so that a certificate is exchanged without a restart. Kestrel's own reload does not serve here: it
/// knows only server certificates of endpoints in its own configuration, and restarts the endpoint, which would end all open streams.
/// </summary>
public sealed class TlsFiles
{
    /// <summary>How often the files are checked for changes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time;
    private readonly ILogger<TlsFiles> log;
    private readonly string? certificateFile;
    private readonly string? keyFile;
    private readonly string? clientAuthorityFile;
    private readonly string? authorityFile;
    private readonly Lock gate = new();
    private Loaded loaded = Loaded.Nothing;
    private TimeSpan lookedAt;

    /// <exception cref="MisconfiguredException">A file is missing or is not a certificate.</exception>
    public TlsFiles(IConfiguration configuration, TimeProvider time, ILogger<TlsFiles> log)
    {
        this.time = time;
        this.log = log;
        var section = configuration.GetSection("Mesh:Tls");
        (certificateFile, keyFile) = (section["CertificateFile"], section["KeyFile"]);
        (clientAuthorityFile, authorityFile) = (section["ClientCertificateAuthorityFile"], section["CertificateAuthorityFile"]);
        try
        {
            loaded = Load();
            lookedAt = time.MonotonicNow();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new MisconfiguredException($"The files under Mesh__Tls cannot be used: {exception.Message}", exception);
        }
    }

    private sealed record Loaded(
        byte[] Fingerprint, SslStreamCertificateContext? Context, X509Certificate2Collection? ClientAuthorities, X509Certificate2Collection? Authorities)
    {
        public static readonly Loaded Nothing = new([], null, null, null);
    }

    /// <summary>Whether this process has a certificate.</summary>
    public bool HasCertificate => certificateFile is { Length: > 0 };

    /// <summary>Configures a TLS listener.</summary>
    public void Apply(HttpsConnectionAdapterOptions https)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => Present().Context?.TargetCertificate;
        // Sends the intermediates too, which a certificate selector alone would not.
        https.OnAuthenticate = (_, options) => (options.ServerCertificateSelectionCallback, options.ServerCertificateContext) = (null, Present().Context);
        if (clientAuthorityFile is not { Length: > 0 })
            return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) => Present().ClientAuthorities is { } authorities && IsTrusted(certificate, authorities, ClientUse);
    }

    /// <summary>Configures TLS for calls to other services.</summary>
    public SocketsHttpHandler Apply(SocketsHttpHandler handler)
    {
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (HasCertificate)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => Present().Context!.TargetCertificate;
        if (authorityFile is { Length: > 0 })
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
                && certificate is X509Certificate2 presented
                && Present().Authorities is { } authorities && IsTrusted(presented, authorities, ServerUse);
        }

        return handler;
    }

    private static Oid ClientUse => new("1.3.6.1.5.5.7.3.2");

    private static Oid ServerUse => new("1.3.6.1.5.5.7.3.1");

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection authorities, Oid use)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(use);
        return chain.Build(certificate);
    }

    private static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private Loaded Present()
    {
        lock (gate)
        {
            var now = time.MonotonicNow();
            if (now - lookedAt < Interval)
                return loaded;
            lookedAt = now;
            try
            {
                if (!Fingerprint().AsSpan().SequenceEqual(loaded.Fingerprint))
                {
                    loaded = Load();
                    log.LogInformation("New certificates are in use");
                }
            }
            catch (Exception exception) when (IsUnusable(exception))
            {
                // The files may be partly written or not match yet; keep the current ones until they are complete.
                log.LogError("The files under Mesh__Tls cannot be used; the previous ones stay in use: {Problem}", exception.Message);
            }

            return loaded;
        }
    }

    /// <summary>
    /// Compares the content: a mounted secret is replaced through a symbolic link, so the file time does not change reliably.
    /// </summary>
    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in (string?[])[certificateFile, keyFile, clientAuthorityFile, authorityFile])
            hash.AppendData(file is { Length: > 0 } ? File.ReadAllBytes(file) : []);
        return hash.GetHashAndReset();
    }

    private Loaded Load()
    {
        SslStreamCertificateContext? context = null;
        if (HasCertificate)
        {
            var leaf = X509Certificate2.CreateFromPemFile(certificateFile!, keyFile is { Length: > 0 } ? keyFile : certificateFile);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(certificateFile!);
            context = SslStreamCertificateContext.Create(leaf, [.. all.Skip(1)], offline: true);
        }

        return new Loaded(Fingerprint(), context, Authorities(clientAuthorityFile), Authorities(authorityFile));
    }

    private static X509Certificate2Collection? Authorities(string? file)
    {
        if (file is not { Length: > 0 })
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException($"{file} holds no certificate.");
    }
}
