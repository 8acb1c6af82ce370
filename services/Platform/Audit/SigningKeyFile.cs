using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Mining.Primitives.Settings;

namespace Mining.Platform.Audit;

/// <summary>A signing key.</summary>
/// <param name="KeyId">SHA-256 of the public key (SubjectPublicKeyInfo, DER), in lower-case hexadecimal digits.</param>
/// <param name="PublicKey">The public key, as SubjectPublicKeyInfo (DER).</param>
/// <param name="Sign">Signs the given bytes.</param>
public sealed record CheckpointKey(string KeyId, byte[] PublicKey, Func<byte[], byte[]> Sign);

/// <summary>Provides the current key for signing checkpoints.</summary>
public interface ICheckpointKeys
{
    /// <summary>The current key. Changes when the key file is replaced.</summary>
    CheckpointKey Present();
}

/// <summary>
/// The key in <c>Mesh:Audit:SigningKeyFile</c>: an ECDSA P-256 key as PEM. The file is read for each checkpoint, so that the key can be
/// replaced without a restart. If a new key cannot be used, the previous one stays in use and an error is logged.
/// </summary>
public sealed class SigningKeyFile : ICheckpointKeys, IDisposable
{
    private const string Curve = "1.2.840.10045.3.1.7"; // P-256, also prime256v1

    private readonly string file;
    private readonly ILogger<SigningKeyFile> log;
    private string text = "";
    private ECDsa? key;
    private CheckpointKey? present;

    /// <param name="file">Path of the key file.</param>
    /// <param name="makeOne">Creates a key if there is no file. For Development.</param>
    /// <param name="log">The log for unusable keys.</param>
    /// <exception cref="MisconfiguredException">The file contains no such key.</exception>
    public SigningKeyFile(string file, bool makeOne, ILogger<SigningKeyFile> log)
    {
        this.file = file;
        this.log = log;
        try
        {
            if (makeOne && !File.Exists(file))
                Make(file);
            Load();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new MisconfiguredException(
                $"Mesh__Audit__SigningKeyFile must name a PEM file with an ECDSA P-256 key, for example from 'openssl ecparam -genkey -name prime256v1 -noout': {exception.Message}",
                exception);
        }
    }

    /// <summary>The id of a public key.</summary>
    public static string IdOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    public CheckpointKey Present()
    {
        try
        {
            Load();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            log.LogError("The key in {File} cannot be used; the previous key stays in use: {Problem}", file, exception.Message);
        }

        return present!;
    }

    public void Dispose() => key?.Dispose();

    private static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private static void Make(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Written to a temporary file and moved, because several services may create the same file at once.
        var whole = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(whole, options))
            stream.Write(Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem() + "\n"));
        try
        {
            File.Move(whole, file);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(whole); // another process was first
        }
    }

    private void Load()
    {
        var read = File.ReadAllText(file);
        if (present is not null && read == text)
            return;
        var loaded = ECDsa.Create();
        try
        {
            loaded.ImportFromPem(read);
            var parameters = loaded.ExportParameters(includePrivateParameters: true);
            if (parameters.Curve.Oid.Value != Curve)
                throw new CryptographicException("the key is not a P-256 key.");
        }
        catch
        {
            loaded.Dispose();
            throw;
        }

        var publicKey = loaded.ExportSubjectPublicKeyInfo();
        key?.Dispose();
        key = loaded;
        text = read;
        present = new CheckpointKey(
            IdOf(publicKey), publicKey, bytes => loaded.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
