using System.Collections.Immutable;

namespace Serverless.StorageEngine.Topics;

/// <summary>The limits and defaults of a node's topic catalog.</summary>
public sealed record TopicCatalogSettings
{
    /// <summary>
    /// How old an answer of <see cref="TopicCatalog.FindAsync"/> may be when another node changed the topic. One second
    /// keeps a busy node at one table read per topic and second, and is no longer than an operator waits to see a
    /// change.
    /// </summary>
    public TimeSpan TopicCacheAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most topics that a node remembers; some 10 MiB. Past it, topics are read from the store each
    /// time.</summary>
    public int TopicsCachedMax { get; init; } = 10_000;

    /// <summary>What the operator sets for all topics that do not say otherwise, by Kafka's name, as normalized
    /// text.</summary>
    public ImmutableSortedDictionary<string, string> ConfigDefaults { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
