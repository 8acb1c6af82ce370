using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

#pragma warning disable IDE0130 // one file gives the generated messages of several namespaces the same interface

namespace Mining.Common.V1
{
    /// <summary>A resource that a service owns: it has a name, a version that grows by one with every change, and an etag.</summary>
    public interface IVersionedResource : IMessage
    {
        /// <summary>The resource's name, for example <c>projects/caremag</c>.</summary>
        string Name { get; set; }

        /// <summary>How many times it was changed, the first recording included.</summary>
        long Version { get; set; }

        /// <summary>Changes with every version.</summary>
        string Etag { get; set; }

        /// <summary>When it was recorded.</summary>
        Timestamp CreateTime { get; set; }

        /// <summary>When it was last changed.</summary>
        Timestamp UpdateTime { get; set; }
    }
}

namespace Mining.Projects.V1
{
    public sealed partial class Project : Common.V1.IVersionedResource;
}

namespace Mining.Investors.V1
{
    public sealed partial class Partnership : Common.V1.IVersionedResource;

    public sealed partial class Investor : Common.V1.IVersionedResource;

    public sealed partial class Commitment : Common.V1.IVersionedResource;

    public sealed partial class ConfidentialTotals : Common.V1.IVersionedResource;

    public sealed partial class ExchangeRateTable : Common.V1.IVersionedResource;
}

namespace Mining.Refining.V1
{
    public sealed partial class Facility : Common.V1.IVersionedResource;

    public sealed partial class Reservation : Common.V1.IVersionedResource;
}

namespace Mining.Proposals.V1
{
    public sealed partial class Proposal : Common.V1.IVersionedResource;
}
