namespace Serverless.StorageEngine.Queues;

/// <summary>An acquisition lock: what a receiver holds the records of one receive by.</summary>
/// <param name="Id">A random number that no other lock has; part of the lock tokens.</param>
/// <param name="Receiver">What the receiver called itself, or null.</param>
/// <param name="Until">When the records are given back.</param>
public sealed record RecordLock(ulong Id, string? Receiver, Deadline Until);
