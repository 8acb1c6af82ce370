namespace Mining.Deploy.Tests.Cluster;

/// <summary>
/// Finds real programs, such as those of a Kubernetes control plane, where their users have them. On CI (CI=true) a missing one fails the test;
/// elsewhere the test is skipped, and says what is missing and how to get it.
/// </summary>
internal static class RealParts
{
    private const string Assets = "KUBEBUILDER_ASSETS";
    private const string Crds = "MINING_CRDS";

    public static string ApiServer => Find("kube-apiserver");

    public static string ControllerManager => Find("kube-controller-manager");

    public static string Etcd => Find("etcd");

    /// <summary>The folder with the CRDs of Dapr, the Prometheus operator, the Gateway API, Flux and Argo CD.</summary>
    public static string CrdFolder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable(Crds);
            if (!Directory.Exists(folder))
                Miss($"{Crds} names no folder; set it to one with the CRDs of Dapr, the Prometheus operator, the Gateway API, Flux and Argo CD.");
            return folder!;
        }
    }

    /// <param name="program">The program's name.</param>
    /// <param name="howToGet">Ends the sentence that says what is missing.</param>
    public static string Find(string program, string howToGet = "get it with setup-envtest, or with your system's packages.")
    {
        var folders = $"{Environment.GetEnvironmentVariable(Assets)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        var found = folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (found is null)
            Miss($"{program} is neither in the folder that {Assets} names nor on PATH; {howToGet}");
        return found!;
    }

    private static void Miss(string sentence)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(sentence);
        Assert.Skip(sentence);
    }
}
