using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Queues;

/// <summary>A record that a receiver holds now.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Record">The record.</param>
/// <param name="DeliveryCount">How often it was delivered, this time included.</param>
/// <param name="LockToken">What the receiver holds it by.</param>
public sealed record ReceivedRecord(int Partition, Record Record, int DeliveryCount, string LockToken);
