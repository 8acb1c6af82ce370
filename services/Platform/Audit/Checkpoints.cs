using System.Security.Cryptography;
using Dapper;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;

namespace Mining.Platform.Audit;

/// <summary>The signed heads of this service's log. Only the writer adds them.</summary>
public sealed class Checkpoints(Database database, Committer committer, ChangeLog log, ICheckpointKeys keys, TimeProvider time)
{
    /// <summary>Signs the head, unless it is already signed or the log is empty.</summary>
    public Task Sign(CancellationToken cancellation) => committer.Maintain(
        async (connection, transaction) =>
        {
            var head = await ChangeLog.ReadHead(connection, transaction);
            if (head.LastSequence == 0 || await connection.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM chain_checkpoint WHERE sequence = @LastSequence", new { head.LastSequence }, transaction) > 0)
            {
                return;
            }

            var key = keys.Present();
            var now = new RecordedTime(Microseconds.From(time.GetUtcNow()));
            var checkpoint = new Row(head.LastSequence, head.LogId, head.LastHash, now, key.KeyId, []).ToCheckpoint(log.Source);
            await connection.ExecuteAsync(
                """
                INSERT INTO signing_key (key_id, public_key, create_time)
                SELECT @KeyId, @PublicKey, @now WHERE NOT EXISTS (SELECT 1 FROM signing_key WHERE key_id = @KeyId)
                """,
                new { key.KeyId, key.PublicKey, now },
                transaction);
            await connection.ExecuteAsync(
                """
                INSERT INTO chain_checkpoint (sequence, log_id, hash, sign_time, key_id, signature)
                VALUES (@LastSequence, @LogId, @LastHash, @now, @KeyId, @signature)
                """,
                new { head.LastSequence, head.LogId, head.LastHash, now, key.KeyId, signature = key.Sign(CheckpointBytes.Of(checkpoint)) },
                transaction);
        },
        cancellation);

    /// <summary>The checkpoints after a sequence, in order.</summary>
    public Task<IReadOnlyList<ChainCheckpoint>> List(long afterSequence, int limit, CancellationToken cancellation) =>
        database.Read<IReadOnlyList<ChainCheckpoint>>(
            async connection =>
            {
                var rows = await connection.QueryAsync<Row>(
                    $"""
                    SELECT sequence, log_id, hash, sign_time, key_id, signature FROM chain_checkpoint
                    WHERE sequence > @afterSequence ORDER BY sequence {database.Limit}
                    """,
                    new { afterSequence, limit });
                return [.. rows.Select(row => row.ToCheckpoint(log.Source))];
            },
            cancellation);

    /// <summary>All keys that have signed.</summary>
    public Task<IReadOnlyList<SigningKey>> Keys(CancellationToken cancellation) => database.Read<IReadOnlyList<SigningKey>>(
        async connection =>
        {
            var rows = await connection.QueryAsync<KeyRow>("SELECT key_id, public_key, create_time FROM signing_key ORDER BY create_time, key_id");
            return
            [
                .. rows.Select(row => new SigningKey
                {
                    KeyId = row.KeyId,
                    PublicKeyPem = PemEncoding.WriteString("PUBLIC KEY", row.PublicKey),
                    CreateTime = Microseconds.ToTimestamp(row.CreateTime.Microseconds),
                }),
            ];
        },
        cancellation);

    private sealed record Row(long Sequence, string LogId, byte[] Hash, RecordedTime SignTime, string KeyId, byte[] Signature)
    {
        public ChainCheckpoint ToCheckpoint(string source) => new()
        {
            Source = source,
            LogId = LogId,
            Sequence = Sequence,
            Hash = UnsafeByteOperations.UnsafeWrap(Hash),
            SignTime = Microseconds.ToTimestamp(SignTime.Microseconds),
            KeyId = KeyId,
            Signature = UnsafeByteOperations.UnsafeWrap(Signature),
        };
    }

    private sealed record KeyRow(string KeyId, byte[] PublicKey, RecordedTime CreateTime);
}
