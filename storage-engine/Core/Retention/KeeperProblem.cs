namespace Serverless.StorageEngine.Retention;

/// <summary>Something that kept a keeper from its work, for a person to read.</summary>
/// <param name="At">When it was met, in storage time.</param>
/// <param name="Text">What happened.</param>
/// <param name="Topic">The topic, or null when it concerns none.</param>
/// <param name="Partition">The partition, or null when it concerns none.</param>
public sealed record KeeperProblem(DateTimeOffset At, string Text, string? Topic = null, int? Partition = null);
