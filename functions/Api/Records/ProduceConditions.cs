using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>What a request asks for beyond its records; never a producer and a key at once.</summary>
/// <param name="Producer">The idempotent producer whose sequence the records continue.</param>
/// <param name="Request">What the client's idempotency key stands for; its ordinal is 0.</param>
/// <param name="NextOffset">The offset that the first record must get, or nothing is appended.</param>
/// <param name="FencingToken">The token that the partition must have, or nothing is appended.</param>
/// <param name="Key">The client's idempotency key, to repeat it in an answer.</param>
internal sealed record ProduceConditions(
    ProducerSequence? Producer = null,
    RequestKey? Request = null,
    long? NextOffset = null,
    string? FencingToken = null,
    string? Key = null)
{
    /// <summary>The request's trace, for the headers of its records; null when it has none.</summary>
    public RecordTrace? Trace { get; init; }

    /// <summary>Nothing.</summary>
    public static ProduceConditions None { get; } = new();

    /// <summary>What a stream asks for, once its first record is there.</summary>
    /// <param name="first">The record.</param>
    public ProduceConditions ForStreamFrom(in ProduceRecord first)
    {
        if (Request is not { } request)
        {
            return this;
        }

        var fingerprint = default(RequestFingerprint);
        fingerprint.Add(first);
        return this with { Request = request.WithFingerprint(fingerprint.Value) };
    }

    /// <summary>
    /// Whether a record that is refused while others of the request are appended still counts in its partition; see
    /// <see cref="PartitionAppends.Skip"/>.
    /// </summary>
    /// <param name="problem">Why it is refused.</param>
    public bool Counts(Problem problem) =>
        Request is not null && problem.Code is not ProblemCode.UnknownTopicOrPartition;

    /// <summary>A record with the request's trace among its headers.</summary>
    /// <param name="record">A record that may be appended.</param>
    /// <param name="topic">Where it goes.</param>
    /// <param name="settings">The limits of this node.</param>
    public ProduceRecord Traced(in ProduceRecord record, Topic topic, ApiSettings settings) =>
        Trace is { } trace ? trace.Into(record, topic, settings) : record;

    /// <summary>The partition for records that have no key and name none.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="log">Knows which partitions this node leads.</param>
    /// <returns>
    /// A function of the idempotency key where there is one, so that any node sends a repetition to where the first
    /// try went.
    /// </returns>
    public int PartitionOfKeyless(Topic topic, EventLog log) => Request is { } key
        ? IdempotencyKey.PartitionOf(key, topic.PartitionCount)
        : log.ChoosePartition(topic);
}
