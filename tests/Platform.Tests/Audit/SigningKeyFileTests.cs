// At stake: the key that signs the head of the log. A key that cannot sign must be found at startup, and only its owner may read it.
using System.Security.Cryptography;
using Mining.Platform.Audit;
using Mining.Platform.Tests.Support;
using Mining.Primitives.Settings;
using Xunit;

namespace Mining.Platform.Tests.Audit;

public sealed class SigningKeyFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mining-keys-").FullName;
    private readonly LogLines<SigningKeyFile> log = new();

    private string File => Path.Combine(folder, "key.pem");

    [Fact]
    public void A_key_that_cannot_sign_is_refused_at_startup()
    {
        Assert.Throws<MisconfiguredException>(() => new SigningKeyFile(File, makeOne: false, log));
        System.IO.File.WriteAllText(File, "no key");
        Assert.Throws<MisconfiguredException>(() => new SigningKeyFile(File, makeOne: true, log));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        System.IO.File.WriteAllText(File, other.ExportPkcs8PrivateKeyPem());
        Assert.Throws<MisconfiguredException>(() => new SigningKeyFile(File, makeOne: false, log));
        using var half = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        System.IO.File.WriteAllText(File, half.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<MisconfiguredException>(() => new SigningKeyFile(File, makeOne: false, log));
    }

    [Fact]
    public void The_development_key_is_readable_only_by_its_owner()
    {
        using var keys = new SigningKeyFile(File, makeOne: true, log);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
