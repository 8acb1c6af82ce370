using Google.Type;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Mining.Investors.Tests.InvestorsOnSqlite))]
[assembly: AssemblyFixture(typeof(Mining.Investors.Tests.InvestorsOnSqlServer))]

namespace Mining.Investors.Tests;

public sealed class InvestorsOnSqlite() : InvestorsProcess(TestStorage.Sqlite);

public sealed class InvestorsOnSqlServer() : InvestorsProcess(TestStorage.SqlServer);

/// <summary>
/// The investors service and the projects service that it calls, as real processes, for all tests that can share them. If their databases
/// are not available, they are not started and the tests are skipped.
/// </summary>
public abstract class InvestorsProcess(TestStorage storage) : IAsyncLifetime
{
    private static int count;

    private ServiceProcess? projects;
    private ServiceProcess? process;

    public ServiceProcess Process => process!;

    public InvestorService.InvestorServiceClient Client => new(Process.Channel);

    /// <summary>An existing project.</summary>
    public string Project { get; private set; } = "";

    public static string NextId() => $"id-{Interlocked.Increment(ref count):D4}";

    public static Investor Bank() => new() { DisplayName = "A bank", Country = "DE", Kind = InvestorKind.DevelopmentBank };

    public static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    public InvestorsProcess SkipUnlessAvailable()
    {
        storage.SkipUnlessAvailable();
        return this;
    }

    public async ValueTask InitializeAsync()
    {
        if (!storage.IsAvailable)
            return;
        projects = new ServiceProcess("projects", storage: storage);
        process = new ServiceProcess("investors", new Dictionary<string, string> { ["Mesh__Services__projects"] = projects.Address }, storage);
        await projects.Start();
        await process.Start();
        Project = await CreateProject();
    }

    public async Task<string> CreateProject()
    {
        var project = await new ProjectService.ProjectServiceClient(projects!.Channel).CreateProjectAsync(new()
        {
            ProjectId = NextId(),
            Project = new Project { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
        });
        return project.Name;
    }

    public async Task<Investor> CreateInvestor(Action<Investor>? adapt = null)
    {
        var investor = Bank();
        adapt?.Invoke(investor);
        return await Client.CreateInvestorAsync(new() { InvestorId = NextId(), Investor = investor });
    }

    /// <summary>A loan by a new investor.</summary>
    public async Task<Commitment> Loan()
    {
        var investor = await CreateInvestor();
        return new Commitment
        {
            Investor = investor.Name,
            Project = Project,
            Instrument = Instrument.Loan,
            CurrencyCode = "EUR",
            Amount = Euros(100),
            AnnouncementDate = new Date { Year = 2025, Month = 1 },
        };
    }

    public async Task<Commitment> CreateCommitment(Action<Commitment>? adapt = null)
    {
        var loan = await Loan();
        adapt?.Invoke(loan);
        return await Client.CreateCommitmentAsync(new() { CommitmentId = NextId(), Commitment = loan });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in (ServiceProcess?[])[process, projects])
        {
            if (started is not null)
                await started.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
