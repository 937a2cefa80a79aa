namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>Where a resource is, and its name.</summary>
/// <param name="Self">Its absolute URL.</param>
/// <param name="ResourceName">
/// Its name in Confluent's scheme, as <c>crn:///kafka=C/topic=T</c>; null for a list.
/// </param>
internal sealed record Metadata(string Self, string ResourceName);

/// <summary>Where a list is. There is one page only, so nothing is next.</summary>
/// <param name="Self">Its absolute URL.</param>
/// <param name="Next">Always null.</param>
internal sealed record ListMetadata(string Self, string? Next = null);

/// <summary>A link to another resource.</summary>
/// <param name="RelatedUrl">Its absolute URL.</param>
internal sealed record Link([property: System.Text.Json.Serialization.JsonPropertyName("related")] string RelatedUrl);

/// <summary>A list of resources of one kind.</summary>
/// <param name="Kind">The kind of list.</param>
/// <param name="Metadata">Where the list is.</param>
/// <param name="Data">The resources.</param>
internal sealed record ListOf<T>(string Kind, ListMetadata Metadata, IReadOnlyList<T> Data);
