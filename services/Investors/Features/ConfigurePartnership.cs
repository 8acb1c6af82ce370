using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Settings;

namespace Mining.Investors.Features;

/// <summary>
/// At startup, records the configured partnership if the database has none with its name. An invalid configuration prevents startup, even
/// if it is no longer needed.
/// </summary>
public sealed class ConfigurePartnership(
    IConfiguration configuration, Committer committer, ServiceIdentity service, ILogger<ConfigurePartnership> log) : IHostedService
{
    /// <exception cref="MisconfiguredException">The configuration is invalid. The message names every violation.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var violations = new Violations();
        var proposed = PartnershipSettings.Read(PartnershipSettings.Find(configuration), violations);
        if (violations.Any)
        {
            throw new MisconfiguredException(
                $"The partnership's configuration is invalid. {string.Join(" ", violations.Sentences)} "
                + $"The whole section {PartnershipSettings.Section} is taken from the last configuration source that has it.");
        }

        await committer.Run(Command.OfService(service.Name, nameof(ConfigurePartnership)), Record, cancellationToken);

        async Task<Partnership> Record(UnitOfWork work)
        {
            if (await PartnershipStore.Find(work, proposed.Name) is { } present)
                return present;
            log.LogInformation("Recorded {Partnership} as configured", proposed.Name);
            return await PartnershipStore.Save(work, before: null, proposed.Clone());
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
