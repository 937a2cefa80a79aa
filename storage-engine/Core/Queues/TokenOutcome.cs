namespace Serverless.StorageEngine.Queues;

/// <summary>What became of one lock token of a request.</summary>
/// <param name="LockToken">The token as it came.</param>
/// <param name="Failure">Why nothing was done; null when it was.</param>
public readonly record struct TokenOutcome(string LockToken, TokenFailure? Failure);
