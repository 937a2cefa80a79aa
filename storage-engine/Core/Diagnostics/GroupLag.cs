namespace Serverless.StorageEngine.Diagnostics;

/// <summary>How many records a group has left to read in a topic.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Records">The sum over its partitions.</param>
public readonly record struct GroupLag(string Group, string Topic, long Records);
