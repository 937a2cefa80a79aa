namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A partition as members of groups speak of it.</summary>
/// <param name="Topic">The name of its topic.</param>
/// <param name="Index">Its place in the topic.</param>
public readonly record struct ListedPartition(string Topic, int Index);
