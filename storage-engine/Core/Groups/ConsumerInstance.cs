using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// A consumer instance at one moment. Unchanged means the same object: only replaced objects are written.
/// </summary>
/// <param name="Id">Its name in the group.</param>
/// <param name="Settings">What the client chose.</param>
/// <param name="Subscription">What it wants to read.</param>
/// <param name="Assignment">The partitions it has, and how far it has read each.</param>
/// <param name="Stamps">
/// Random numbers of the last <see cref="StampsMax"/> requests that had an effect which must not be had twice. A
/// request whose write had an unknown outcome finds its own stamp here when it was done.
/// </param>
/// <param name="SeenAt">When it last made a request that was written, by the storage service's clock.</param>
public sealed record ConsumerInstance(
    InstanceId Id,
    InstanceSettings Settings,
    Subscription Subscription,
    ImmutableSortedDictionary<TopicPartition, AssignedPartition> Assignment,
    ImmutableArray<long> Stamps,
    DateTimeOffset SeenAt)
{
    /// <summary>
    /// How many stamps are kept; more than the requests of one client that can overtake a single slow write.
    /// </summary>
    public const int StampsMax = 32;

    /// <summary>Remembers <paramref name="stamp"/>, and forgets the oldest.</summary>
    public ConsumerInstance Stamped(long stamp) => this with
    {
        Stamps = [.. Stamps.Skip(Math.Max(0, Stamps.Length - StampsMax + 1)), stamp],
    };

    /// <summary>See <see cref="GroupMember.SessionTimeout"/>; as the request that returned this left it.</summary>
    public TimeSpan SessionTimeout { get; init; }

    /// <summary>See <see cref="GroupMember.Epoch"/>; as the request that returned this left it.</summary>
    public int Epoch { get; init; }
}
