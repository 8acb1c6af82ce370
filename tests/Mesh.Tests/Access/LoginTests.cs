// At stake: "./dev run needs no set-up". The command line finds the local mesh's own issuer, says under which persona it calls, and can
// switch persona; nobody else can read a cached token. On a real mesh.
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Access;

public sealed class LoginTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mining-login-").FullName;

    private string TokenFile => Path.Combine(folder, "tokens.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Without_a_login_the_caller_is_the_local_developer_with_one_notice()
    {
        var first = await Mining("pipeline");
        Assert.Equal((ExitCode.Ok, true), (first.Code, first.Error.StartsWith("Logged in as the local developer", StringComparison.Ordinal)));
        Assert.Equal((ExitCode.Ok, ""), ((await Mining("pipeline")) is var (code, _, error) ? (code, error) : default));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
    }

    [Fact]
    public async Task A_login_can_have_a_lesser_role()
    {
        var rates = Path.Combine(folder, "rates.csv");
        await File.WriteAllTextAsync(rates, "Date,USD\n2026-01-05,1.17\n");
        Assert.Contains("Logged in as board, a board member", (await Mining("login", "--as", "board")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Mining("pipeline")).Code);
        var refused = await Mining("import-rates", rates);
        Assert.NotEqual(ExitCode.Ok, refused.Code);
        Assert.Contains("ROLE_NOT_ALLOWED", refused.Error + refused.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Mining("login", "--as", "operator")).Code);
        Assert.Equal(ExitCode.Ok, (await Mining("import-rates", rates)).Code);

        var nobody = await Mining("login", "--as", "king");
        Assert.Equal(ExitCode.Usage, nobody.Code);
        Assert.Contains("the personas are developer, eu-officer, us-officer, board, operator, auditor", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_can_be_printed_for_other_programs_and_deleted()
    {
        await Mining("login", "--as", "auditor");
        var token = (await Mining("token")).Output.Trim();
        using (var channel = TestIssuer.ChannelWith(matrix.Mesh.Gateway.Address, token))
            await new Portfolio.V1.PortfolioService.PortfolioServiceClient(channel).ListPipelineAsync(new());
        Assert.Contains("Logged out.", (await Mining("logout")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Mining("token")).Code);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"ADDRESS":{"Token":"eyJhbGciOiJub25lIn0.e30.","Subject":"x","Expires":"2999-01-01T00:00:00+00:00"}}""")]
    public async Task A_cached_token_that_is_no_longer_accepted_is_renewed(string kept)
    {
        await File.WriteAllTextAsync(TokenFile, kept.Replace("ADDRESS", matrix.Mesh.Gateway.Address, StringComparison.Ordinal));
        var run = await Mining("pipeline");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("Logged in as the local developer", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supplied_token_is_used_and_none_is_requested()
    {
        var file = Path.Combine(folder, "given.token");
        await File.WriteAllTextAsync(file, TestIssuer.Shared.TokenFor(TestIssuer.Developer) + "\n");
        var run = await Mining("pipeline", "--token-file", file);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        await File.WriteAllTextAsync(file, "nonsense");
        var refused = await Mining("pipeline", "--token-file", file);
        Assert.Contains("TOKEN_INVALID", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Mining("pipeline", "--token-file", file + ".none")).Code);
        Assert.False(File.Exists(TokenFile));
    }

    private async Task<(int Code, string Output, string Error)> Mining(params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext(Terminal.Create(output), output, error, _ => null, TimeProvider.System) { ConfigFolder = folder };
        var code = await MiningCommandLine.Run([.. command, "--address", matrix.Mesh.Gateway.Address], context);
        return (code, output.ToString(), error.ToString());
    }
}
