// At stake: `dapr run -f .` must start the same mesh as ./dev run, only with real sidecars: the same ports, settings and app ids, compared
// with the code that defines them.
using Mining.Deploy.Tests.Support;
using Mining.LocalMesh.Run;
using Mining.Testing;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Mining.Deploy.Tests;

public sealed class DaprRunTests
{
    private static readonly RunFile File = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
        .Deserialize<RunFile>(Repository.Read("dapr.yaml"));

    [Fact]
    public void The_apps_are_the_services_of_the_code_and_the_token_issuer() =>
        Assert.Equal(["issuer", .. CodeModel.Services], File.Apps.Select(app => app.AppID));

    [Fact]
    public void The_token_issuer_listens_at_the_address_that_the_services_use()
    {
        var layout = new MeshLayout(18_000, ".mesh");
        Assert.Equal(
            ["dotnet", "services/LocalMesh/bin/Release/net10.0/Mining.LocalMesh.dll", "issuer", "--port-base", $"{layout.PortBase}", "--folder", layout.Folder],
            File.Apps[0].Command);
        Assert.Equal(MeshLayout.AddressOf(layout.IssuerPort), File.Common.Env["Mesh__Identity__Issuers__local__Issuer"]);
    }

    [Fact]
    public void Each_app_gets_the_same_settings_as_in_the_local_mesh()
    {
        foreach (var plan in new MeshLayout(18_000, ".mesh").Plans("token", TestIssuer.Shared).Where(plan => CodeModel.Services.Contains(plan.Name)))
        {
            var app = File.Apps.Single(app => app.AppID == plan.Name);
            var told = File.Common.Env.Concat(app.Env).ToDictionary();
            var follows = CodeModel.Follows(plan.Name);
            // Dapr says itself where the sidecar is and which token it has.
            foreach (var (key, value) in plan.Environment.Where(entry => entry.Key is not ("DAPR_GRPC_ENDPOINT" or "DAPR_HTTP_ENDPOINT" or "APP_API_TOKEN")))
            {
                if (key.StartsWith("DOTNET_", StringComparison.Ordinal) && key != "DOTNET_ENVIRONMENT")
                    continue; // how the runtime runs, not what the service does
                if (key.StartsWith("Mesh__Services__", StringComparison.Ordinal) && !CodeModel.Calls(plan.Name).Contains(key["Mesh__Services__".Length..]))
                    continue;
                Assert.Equal((key, value.Replace(TestIssuer.Shared.Address, MeshLayout.AddressOf(18_022), StringComparison.Ordinal)), (key, told.GetValueOrDefault(key)));
            }

            Assert.All(told.Keys.Where(key => !key.StartsWith("DOTNET_", StringComparison.Ordinal)), key => Assert.Contains(key, plan.Environment.Keys));
            Assert.Equal("grpc", app.AppProtocol);
            Assert.Equal(follows.Count > 0, app.EnableAppHealthCheck);
            Assert.Equal(told.TryGetValue("Mesh__DeliveryListen", out var deliveries) ? new Uri(deliveries).Port : 0, app.AppPort);
            Assert.Equal(Path.GetFileName(plan.Program), Path.GetFileName(app.Command[1]));
            Assert.Equal(["dotnet", $"services/{Path.GetFileNameWithoutExtension(plan.Program)["Mining.".Length..]}"], [app.Command[0], app.Command[1].Split("/bin/")[0]]);
        }
    }

    [Fact]
    public void The_component_has_the_name_used_in_the_code()
    {
        Assert.Equal(["k8s/local"], File.Common.ResourcesPaths);
        var component = new Rendered("local", Repository.Read("k8s", "local", "pubsub.yaml")).One<DaprComponent>();
        Assert.Equal(new Mining.Platform.Relay.BusOptions().PubsubName, component.Metadata.Name);
        Assert.Equal(CodeModel.Services.Order(StringComparer.Ordinal), component.Scopes.Order(StringComparer.Ordinal));
    }

    private sealed class RunFile
    {
        public int Version { get; set; }

        public Common Common { get; set; } = new();

        public List<App> Apps { get; set; } = [];
    }

    private sealed class Common
    {
        public List<string> ResourcesPaths { get; set; } = [];

        public Dictionary<string, string> Env { get; set; } = [];
    }

    private sealed class App
    {
        public string AppID { get; set; } = "";

        public string AppDirPath { get; set; } = "";

        public int AppPort { get; set; }

        public string AppProtocol { get; set; } = "";

        public bool EnableAppHealthCheck { get; set; }

        public List<string> Command { get; set; } = [];

        public Dictionary<string, string> Env { get; set; } = [];
    }
}
