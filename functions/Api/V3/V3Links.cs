using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3;

/// <summary>
/// The absolute URLs and the names of resources, below the address and the prefix that the client used.
/// </summary>
internal sealed class V3Links
{
    /// <summary>
    /// The prefixes below which v3 answers; the second is that of Confluent Cloud and Confluent Server.
    /// </summary>
    public static readonly string[] Prefixes = ["/v3", "/kafka/v3"];

    private readonly string _root;

    /// <summary>Takes address and prefix from a request.</summary>
    /// <param name="context">A request below one of the prefixes.</param>
    /// <param name="clusterId">The cluster's id.</param>
    public V3Links(HttpContext context, string clusterId)
    {
        var request = context.Request;
        var prefix = request.Path.StartsWithSegments(Prefixes[1], StringComparison.OrdinalIgnoreCase)
            ? Prefixes[1]
            : Prefixes[0];
        var address = $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
        _root = $"{address}{prefix}/clusters";
        ClusterId = clusterId;
    }

    /// <summary>The cluster's id.</summary>
    public string ClusterId { get; }

    /// <summary>The links of a request that passed <see cref="V3Cluster"/>.</summary>
    /// <param name="context">The request.</param>
    public static V3Links Of(HttpContext context) => context.Features.GetRequiredFeature<V3Links>();

    /// <summary>The list of clusters.</summary>
    public string Clusters => _root;

    /// <summary>A URL below the cluster; empty for the cluster itself.</summary>
    /// <param name="path">
    /// Segments as they stand in a URL: names of topics, numbers and words of the API; other names escaped.
    /// </param>
    public string Url(string path) => path.Length == 0 ? $"{_root}/{ClusterId}" : $"{_root}/{ClusterId}/{path}";

    /// <summary>A link to a URL below the cluster.</summary>
    /// <param name="path">As for <see cref="Url"/>.</param>
    public Link Link(string path) => new(Url(path));

    /// <summary>Place and name of a resource below the cluster.</summary>
    /// <param name="path">As for <see cref="Url"/>.</param>
    /// <param name="name">What follows the cluster in the resource's name, as <c>topic=T/partition=0</c>.</param>
    public Metadata Resource(string path, string name) =>
        new(Url(path), name.Length == 0 ? $"crn:///kafka={ClusterId}" : $"crn:///kafka={ClusterId}/{name}");

    /// <summary>A list below the cluster.</summary>
    /// <param name="kind">The kind of the list.</param>
    /// <param name="path">As for <see cref="Url"/>.</param>
    /// <param name="data">The resources.</param>
    public ListOf<T> List<T>(string kind, string path, IReadOnlyList<T> data) => new(kind, new(Url(path)), data);
}
