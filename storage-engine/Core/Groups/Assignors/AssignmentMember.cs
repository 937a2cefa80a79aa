using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>One member of a group, as an assignor sees it.</summary>
/// <param name="Key">
/// What orders the members, unique in the group. Kafka orders by instance id, else by member id, so that a static
/// member that restarts keeps its place.
/// </param>
/// <param name="Topics">The topics it is subscribed to: places in <see cref="AssignmentInput.Topics"/>, ascending.
/// </param>
public sealed record AssignmentMember(string Key, ImmutableArray<int> Topics);
