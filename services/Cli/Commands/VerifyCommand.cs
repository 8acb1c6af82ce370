using System.CommandLine;
using System.Text.Json;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Cli.Verify;

namespace Mining.Cli.Commands;

/// <summary><c>mining verify</c>: compares the gateway's figures with the change feeds.</summary>
internal static class VerifyCommand
{
    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var command = new Command(
            "verify",
            "Read the change feeds, check their hash chains, recompute every share, and compare the results exactly with the gateway.");
        query.AddTo(command, withFilter: false);
        var checkpoints = new Option<string?>("--checkpoints")
        {
            Description = "Also prove that nothing before a signed checkpoint was altered. The checkpoints come from a file that "
                + "'mining checkpoints' printed earlier, or without FILE from the services",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var keys = new Option<string?>("--keys")
        {
            Description = "File with the services' public keys (PEM), which verify the signatures of the checkpoints",
            HelpName = "FILE",
        };
        var trustServedKeys = new Option<bool>("--trust-served-keys")
        {
            Description = "Verify the signatures with the keys that the services themselves send. This does not detect a dishonest service",
        };
        command.Options.Add(checkpoints);
        command.Options.Add(keys);
        command.Options.Add(trustServedKeys);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var asked = query.Read(parse);
            var asOf = query.AsOf(parse) ?? DateOnly.FromDateTime(session.Time.GetUtcNow().UtcDateTime);
            var request = new VerificationRequest(
                asOf, query.RateDate(parse) ?? asOf, asked.ReportingCurrency.Length > 0 ? asked.ReportingCurrency : null,
                query.Partnership(parse));
            try
            {
                var proof = parse.GetResult(checkpoints) is null
                    ? RefuseKeys()
                    : await Proof(parse.GetValue(checkpoints), parse.GetValue(keys), parse.GetValue(trustServedKeys), gateway, cancellation);
                var report = await new Verification(gateway, session.Time).Run(request, proof, cancellation);
                if (session.WantsJson(parse))
                    session.WriteLine(
                        JsonSerializer.Serialize(new { different = false, report.Logs, report.Partnerships, report.Checkpoints }, JsonSerializerOptions.Web));
                else
                    VerificationView.Write(session.Console, report);
                return ExitCode.Ok;
            }
            catch (DifferenceException exception)
            {
                if (session.WantsJson(parse))
                    session.WriteLine(
                        JsonSerializer.Serialize(new { different = true, exception.Where, exception.What }, JsonSerializerOptions.Web));
                else
                    session.Console.Sentence($"Difference at {exception.Where}: {exception.What}.");
                return ExitCode.Refused;
            }

            CheckpointVerification? RefuseKeys() => parse.GetValue(keys) is null && !parse.GetValue(trustServedKeys)
                ? null
                : throw new UsageException("--keys and --trust-served-keys need --checkpoints.");
        });
        return command;
    }

    private static async Task<CheckpointVerification> Proof(
        string? file, string? keyFile, bool trustsServedKeys, Gateway gateway, CancellationToken cancellation)
    {
        if (keyFile is null == !trustsServedKeys)
            throw new UsageException("--checkpoints needs either --keys FILE, with independent public keys, or --trust-served-keys.");
        var given = keyFile is null ? null : CheckpointSource.ReadKeys(keyFile);
        var pages = file is null
            ? await CheckpointSource.Fetch(gateway, AuditCommand.Sources, afterSequence: 0, cancellation)
            : CheckpointSource.Read(file);
        return new CheckpointVerification(pages, given ?? CheckpointSource.ServedKeys(pages), withServedKeys: given is null);
    }
}
