using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A member of a group that came to rest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Topics">The topics that it wants and that exist for certain.</param>
public sealed record SettledMember(string Name, ImmutableArray<SettledTopic> Topics);
