using k8s.Models;

namespace Mining.Deploy.Tests.Support;

/// <summary>Somebody on the network: a pod of ours, or a party in another namespace.</summary>
internal sealed record Party(string Name, IDictionary<string, string> Labels, string Namespace)
{
    public override string ToString() => Name;
}

/// <summary>Network policies as a cluster obeys them: both ends must allow a connection, and a pod that no policy selects allows all.</summary>
internal sealed class Network(Rendered rendered)
{
    private readonly IReadOnlyList<V1NetworkPolicy> policies = rendered.All<V1NetworkPolicy>();

    public bool Allows(Party from, Party to, int port, string protocol = "TCP") =>
        Leaves(from, to, port, protocol) && Enters(from, to, port, protocol);

    /// <summary>Whether a pod may open a connection.</summary>
    public bool Leaves(Party from, Party to, int port, string protocol = "TCP")
    {
        var own = Selecting(from, "Egress");
        return own.Count == 0 || own.Any(policy => (policy.Spec.Egress ?? []).Any(rule =>
            Peers(rule.To, to) && Ports(rule.Ports, port, protocol)));
    }

    /// <summary>Whether a pod takes a connection.</summary>
    public bool Enters(Party from, Party to, int port, string protocol = "TCP")
    {
        var own = Selecting(to, "Ingress");
        return own.Count == 0 || own.Any(policy => (policy.Spec.Ingress ?? []).Any(rule =>
            Peers(rule.FromProperty, from) && Ports(rule.Ports, port, protocol)));
    }

    private List<V1NetworkPolicy> Selecting(Party pod, string direction) => pod.Namespace != Chart.Namespace
        ? []
        : [.. policies.Where(policy => policy.Spec.PolicyTypes.Contains(direction) && policy.Spec.PodSelector.Matches(pod.Labels))];

    private static bool Peers(IList<V1NetworkPolicyPeer>? peers, Party party) => peers is null or { Count: 0 } || peers.Any(peer =>
        peer.IpBlock is null
        && (peer.NamespaceSelector is { } elsewhere
            ? Selection.Has(new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = party.Namespace }, elsewhere.MatchLabels)
            : party.Namespace == Chart.Namespace)
        && (peer.PodSelector is null || peer.PodSelector.Matches(party.Labels)));

    private static bool Ports(IList<V1NetworkPolicyPort>? ports, int port, string protocol) => ports is null or { Count: 0 } || ports.Any(entry =>
        entry.Protocol == protocol && int.Parse(entry.Port.Value, System.Globalization.CultureInfo.InvariantCulture) is var first
        && port >= first && port <= (entry.EndPort ?? first));
}
