// At stake: a side must be able to prove what the log said, even against the operator of the database. With real keys and files: the log is
// signed and then rewritten with all hashes recomputed. The signed bytes are checked against the comment in the proto.
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Platform.Audit;
using Mining.Platform.Commit;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Audit;

public abstract class CheckpointSuite(TestStorage storage) : IDisposable
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();
    private readonly string folder = Directory.CreateTempSubdirectory("mining-keys-").FullName;
    private readonly LogLines<SigningKeyFile> log = new();

    private string File => Path.Combine(folder, "key.pem");

    [Fact]
    public async Task The_head_of_the_log_is_signed_and_publicly_verifiable()
    {
        await using var service = await TestService.Start(storage: storage);
        using var keys = new SigningKeyFile(File, makeOne: true, log);
        var checkpoints = Of(service, keys);
        await checkpoints.Sign(CancellationToken.None);
        Assert.Empty(await List(checkpoints)); // nothing to sign

        await service.Put("projects/one");
        await service.Put("projects/two");
        await checkpoints.Sign(CancellationToken.None);
        await checkpoints.Sign(CancellationToken.None);
        var checkpoint = Assert.Single(await List(checkpoints));
        var last = (await service.Changes())[^1];
        Assert.Equal(("projects", last.LogId, 2, last.Hash), (checkpoint.Source, checkpoint.LogId, checkpoint.Sequence, checkpoint.Hash));

        var key = Assert.Single(await checkpoints.Keys(CancellationToken.None));
        using var publicKey = ECDsa.Create();
        publicKey.ImportFromPem(key.PublicKeyPem);
        Assert.Equal(key.KeyId, Convert.ToHexStringLower(SHA256.HashData(publicKey.ExportSubjectPublicKeyInfo())));
        Assert.True(publicKey.VerifyData(BytesPerProto(checkpoint), checkpoint.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var altered = new ChainCheckpoint(checkpoint) { Sequence = 1 };
        Assert.False(publicKey.VerifyData(BytesPerProto(altered), checkpoint.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task A_key_is_replaced_without_a_restart_and_both_keys_are_published()
    {
        await using var service = await TestService.Start(storage: storage);
        using var keys = new SigningKeyFile(File, makeOne: true, log);
        var checkpoints = Of(service, keys);
        await service.Put("projects/one");
        await checkpoints.Sign(CancellationToken.None);

        await System.IO.File.WriteAllTextAsync(File, "half a key");
        await service.Put("projects/two");
        await checkpoints.Sign(CancellationToken.None);
        Assert.Contains(log.Lines, line => line.Contains("the previous key stays in use", StringComparison.Ordinal));

        using (var next = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await System.IO.File.WriteAllTextAsync(File, next.ExportECPrivateKeyPem());
        await service.Put("projects/three");
        await checkpoints.Sign(CancellationToken.None);
        var used = (await List(checkpoints)).Select(checkpoint => checkpoint.KeyId).ToList();
        Assert.Equal(3, used.Count);
        Assert.Equal(used[0], used[1]);
        Assert.NotEqual(used[1], used[2]);
        Assert.Equal(used.Distinct().Order(), (await checkpoints.Keys(CancellationToken.None)).Select(key => key.KeyId).Order());
    }

    [Fact]
    public async Task The_head_of_the_log_is_signed_every_minute_and_at_shutdown()
    {
        var time = new FakeTimeProvider();
        await using var service = await TestService.Start(storage: storage);
        using var keys = new SigningKeyFile(File, makeOne: true, log);
        var checkpoints = Of(service, keys);
        using var signer = new CheckpointSigner(checkpoints, time, new LogLines<CheckpointSigner>());
        await service.Put("projects/one");
        await signer.StartAsync(CancellationToken.None);
        await Eventually.True(
            async () =>
            {
                time.Advance(CheckpointSigner.Interval);
                return (await List(checkpoints)).Count == 1;
            },
            TimeSpan.FromSeconds(20),
            () => "the head was not signed");
        await service.Put("projects/two");
        await signer.StopAsync(CancellationToken.None);
        Assert.Equal(2, (await List(checkpoints))[^1].Sequence);
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static Checkpoints Of(TestService service, ICheckpointKeys keys) => new(service.Database, service.Committer, service.Log, keys, service.Time);

    private static Task<IReadOnlyList<ChainCheckpoint>> List(Checkpoints checkpoints) => checkpoints.List(0, 100, CancellationToken.None);

    /// <summary>Written from the comment in the proto, not from the code.</summary>
    private static byte[] BytesPerProto(ChainCheckpoint checkpoint)
    {
        using var bytes = new MemoryStream();
        byte[][] parts =
        [
            "mining.changes.v1.ChainCheckpoint"u8.ToArray(), Encoding.UTF8.GetBytes(checkpoint.Source), Encoding.UTF8.GetBytes(checkpoint.LogId),
            Encoding.UTF8.GetBytes(checkpoint.Sequence.ToString(CultureInfo.InvariantCulture)), checkpoint.Hash.ToByteArray(),
            Encoding.UTF8.GetBytes(((checkpoint.SignTime.Seconds * 1_000_000) + (checkpoint.SignTime.Nanos / 1_000)).ToString(CultureInfo.InvariantCulture)),
            Encoding.UTF8.GetBytes(checkpoint.KeyId),
        ];
        foreach (var part in parts)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            bytes.Write(length);
            bytes.Write(part);
        }

        return bytes.ToArray();
    }
}

public sealed class CheckpointTests() : CheckpointSuite(TestStorage.Sqlite);

public sealed class CheckpointOnSqlServerTests() : CheckpointSuite(TestStorage.SqlServer);
