using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Investors.V1;
using Mining.Platform.Audit;
using Mining.Platform.Commit;

namespace Mining.Cli.Tests;

// At stake: rewritten history must be detected even if every hash was recomputed, and proof must never be claimed where there is none. The
// tests sign with the platform's own bytes; the command line builds its own from the comment in the proto.
public sealed class CheckpointTests : ImportTests
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string folder = Directory.CreateTempSubdirectory("mining-checkpoints-").FullName;

    [Fact]
    public async Task An_unchanged_log_is_proved_up_to_its_last_checkpoint_and_the_unsigned_rest_is_reported()
    {
        Signed("investors", at: 2);

        var run = await Verify("--checkpoints", "--keys", Keys());

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        var text = OneLine(run);
        Assert.Contains("investors: 1 signed checkpoint; changes up to 2 are unaltered. 1 later change is not signed yet.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("own keys", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rewritten_log_with_recomputed_hashes_is_detected()
    {
        Signed("investors", at: 2);
        var kept = await SavedCheckpoints();
        Gateway.Changes.Falsify = Rewritten;

        foreach (var checkpoints in (string[][])[["--checkpoints"], ["--checkpoints", kept]])
        {
            var run = await Verify([.. checkpoints, "--keys", Keys()]);
            Assert.Equal(ExitCode.Refused, run.ExitCode);
            Assert.Contains("the log was altered at this change or before", OneLine(run), StringComparison.Ordinal);
        }

        // Without checkpoints this would go unnoticed: the hash chain is intact.
        Assert.Equal(ExitCode.Ok, (await Verify()).ExitCode);
    }

    [Fact]
    public async Task A_truncated_log_is_detected_with_a_saved_checkpoint()
    {
        Signed("investors", at: 3);
        var kept = await SavedCheckpoints();
        Gateway.Audit.Checkpoints = _ => new();
        var run = await Verify("--checkpoints", "--keys", Keys());
        Assert.Contains("there is none", OneLine(run), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, run.ExitCode);

        Mesh.Put("investors", Mesh.Investors, "investors/late", new Investor { Name = "investors/late", Country = "DE" });
        Assert.Equal(ExitCode.Ok, (await Verify("--checkpoints", kept, "--keys", Keys())).ExitCode);
    }

    [Fact]
    public async Task A_signature_by_another_key_or_over_other_data_is_detected()
    {
        Signed("investors", at: 2, checkpoint => checkpoint.Sequence = 1);
        Assert.Contains("its signature is invalid", OneLine(await Verify("--checkpoints", "--keys", Keys())), StringComparison.Ordinal);

        Signed("investors", at: 2);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Contains("not among the given keys", OneLine(await Verify("--checkpoints", "--keys", Keys(another))), StringComparison.Ordinal);

        // After a key was replaced, a checkpoint may be signed by either key.
        Assert.Equal(ExitCode.Ok, (await Verify("--checkpoints", "--keys", Keys(another, key))).ExitCode);
    }

    [Fact]
    public async Task Keys_served_by_the_service_are_used_only_on_request_and_with_a_warning()
    {
        Signed("investors", at: 2);
        Assert.Equal(ExitCode.Usage, (await Verify("--checkpoints")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Verify("--keys", Keys())).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Verify("--checkpoints", Keys(), "--keys", Keys())).ExitCode);

        var run = await Verify("--checkpoints", "--trust-served-keys");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("the services' own keys", OneLine(run), StringComparison.Ordinal);
    }

    private Task<CommandRun> Verify(params string[] options) => CommandRun.At(Gateway, ["verify", .. options]);

    private async Task<string> SavedCheckpoints()
    {
        var run = await CommandRun.At(Gateway, "checkpoints");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var file = Path.Combine(folder, "kept.json");
        await File.WriteAllTextAsync(file, run.Output);
        return file;
    }

    private string Keys(params ECDsa[] keys)
    {
        var file = Path.Combine(folder, $"keys-{keys.Length}.pem");
        File.WriteAllText(file, string.Join('\n', keys.DefaultIfEmpty(key).Select(one => one.ExportSubjectPublicKeyInfoPem())));
        return file;
    }

    /// <summary>A small mesh whose investors log is signed at one change and then altered by the test.</summary>
    private void Signed(string source, int at, Action<ChainCheckpoint>? alter = null)
    {
        if (Mesh.Partnerships.Count == 0)
        {
            Mesh.Put("investors", Mesh.Partnerships, "partnerships/eu-us", Examples.Partnership());
            Mesh.Put("investors", Mesh.Investors, "investors/de", new Investor { Name = "investors/de", Country = "DE" });
            Mesh.Put("investors", Mesh.Investors, "investors/us", new Investor { Name = "investors/us", Country = "US" });
            new ModelPortfolio(Gateway).Install();
        }

        var change = Mesh.Log(source)[at - 1];
        var publicKey = key.ExportSubjectPublicKeyInfo();
        var checkpoint = new ChainCheckpoint
        {
            Source = source,
            LogId = change.LogId,
            Sequence = at,
            Hash = change.Hash,
            SignTime = Timestamp.FromDateTimeOffset(CommandRun.Now),
            KeyId = SigningKeyFile.IdOf(publicKey),
        };
        checkpoint.Signature = ByteString.CopyFrom(key.SignData(CheckpointBytes.Of(checkpoint), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        alter?.Invoke(checkpoint);
        Gateway.Audit.Checkpoints = request => request.Source != source ? new() : new()
        {
            Checkpoints = { checkpoint },
            SigningKeys = { new SigningKey { KeyId = checkpoint.KeyId, PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() } },
        };
    }

    /// <summary>History as rewritten by somebody with access to the database: another actor, and every hash recomputed.</summary>
    private static IEnumerable<Change> Rewritten(IReadOnlyList<Change> changes)
    {
        var previous = ByteString.CopyFrom(new byte[32]);
        foreach (var change in changes)
        {
            var next = change.Clone();
            if (next.Sequence == 1)
                next.Actor = "somebody else";
            next.PreviousHash = previous;
            next.Hash = previous = ByteString.CopyFrom(ChangeHash.Of(next));
            yield return next;
        }
    }

    private static string OneLine(CommandRun run) => run.Lines.Replace("\n", " ", StringComparison.Ordinal);
}
