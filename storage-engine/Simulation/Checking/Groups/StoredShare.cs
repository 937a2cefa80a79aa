using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>A topic in the row of a group.</summary>
/// <param name="Topic">The life of the topic.</param>
/// <param name="Name">Its name.</param>
/// <param name="Target">Who should have each partition: the number of a member, or -1.</param>
/// <param name="Owners">Who has it.</param>
internal sealed record StoredShare(
    TopicId Topic, string Name, ImmutableArray<int> Target, ImmutableArray<int> Owners);
