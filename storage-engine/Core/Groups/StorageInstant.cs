namespace Serverless.StorageEngine.Groups;

/// <summary>What a node knows about the storage service's present time.</summary>
/// <param name="AtLeast">
/// The service's clock shows this or more. Only this may end the life of an instance: it errs on the late side.
/// </param>
/// <param name="Likely">
/// The later of this and the node's own clock. Decides only when to write a sign of life, where early is safe.
/// </param>
public readonly record struct StorageInstant(DateTimeOffset AtLeast, DateTimeOffset Likely);
