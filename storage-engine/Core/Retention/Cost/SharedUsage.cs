namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>What a topic takes of the appends to one shared log, by all nodes.</summary>
/// <param name="Appends">How many appends since <paramref name="Since"/> are the topic's: all of its own shared log, and of
/// a group's its share by bytes.</param>
/// <param name="Since">From when on appends are counted, in milliseconds since 1970.</param>
public sealed record SharedUsage(long Appends, long Since);
