namespace Mining.Deploy.Tests.Cluster;

/// <summary>
/// Finds real programs, such as those of a Kubernetes control plane, where their users have them; <see cref="RealPrograms"/> says what a
/// missing one means for a test.
/// </summary>
internal static class RealParts
{
    private const string Assets = "KUBEBUILDER_ASSETS";
    private const string Crds = "MINING_CRDS";

    public static string ApiServer => Find("kube-apiserver");

    public static string ControllerManager => Find("kube-controller-manager");

    public static string Etcd => Find("etcd");

    /// <summary>The folder with the CRDs of Dapr, the Prometheus operator, the Gateway API, Flux and Argo CD.</summary>
    public static string CrdFolder => RealPrograms.Require(
        Environment.GetEnvironmentVariable(Crds) is { } folder && Directory.Exists(folder) ? folder : null,
        $"{Crds} names no folder; set it to one with the CRDs of Dapr, the Prometheus operator, the Gateway API, Flux and Argo CD.");

    /// <param name="program">The program's name.</param>
    /// <param name="howToGet">Ends the sentence that says what is missing.</param>
    public static string Find(string program, string howToGet = "get it with setup-envtest, or with your system's packages.") => RealPrograms.Require(
        $"{Environment.GetEnvironmentVariable(Assets)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}"
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists),
        $"{program} is neither in the folder that {Assets} names nor on PATH; {howToGet}");
}
