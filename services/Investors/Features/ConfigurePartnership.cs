using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;

namespace Mining.Investors.Features;

/// <summary>
/// At the start: records the partnership of the configuration where the database has none of its name. A configuration that
/// is not valid stops the start, also where it would not be needed any more.
/// </summary>
public sealed class ConfigurePartnership(
    IConfiguration configuration, Committer committer, ServiceIdentity service, ILogger<ConfigurePartnership> log) : IHostedService
{
    /// <exception cref="MisconfiguredException">The configuration is not valid; the message names every violation.</exception>
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
