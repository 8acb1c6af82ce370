#pragma warning disable IDE0130 // one file gives the generated messages of several namespaces the same interface

namespace Mining.Common.V1
{
    /// <summary>A request for one page of a list.</summary>
    public interface IPagedRequest
    {
        /// <summary>The maximum number of entries; 0 for the default.</summary>
        int PageSize { get; }

        /// <summary>The token of the page; empty for the first one.</summary>
        string PageToken { get; }
    }
}

namespace Mining.Projects.V1
{
    public sealed partial class ListProjectsRequest : Common.V1.IPagedRequest;
}

namespace Mining.Investors.V1
{
    public sealed partial class ListPartnershipsRequest : Common.V1.IPagedRequest;

    public sealed partial class ListInvestorsRequest : Common.V1.IPagedRequest;

    public sealed partial class ListCommitmentsRequest : Common.V1.IPagedRequest;

    public sealed partial class ListExchangeRatesRequest : Common.V1.IPagedRequest;
}

namespace Mining.Refining.V1
{
    public sealed partial class ListFacilitiesRequest : Common.V1.IPagedRequest;

    public sealed partial class ListReservationsRequest : Common.V1.IPagedRequest;
}
