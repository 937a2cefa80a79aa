using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Reads what the headers of a produce request ask for: <c>Producer-Id</c>, <c>Producer-Epoch</c> and
/// <c>Producer-Seq</c>, <c>Idempotency-Key</c>, <c>If-Match</c>, <c>Fencing-Token</c>. Pure; every refusal is a
/// sentence that repeats the value.
/// </summary>
internal static class ProduceHeaders
{
    /// <summary>The id of an idempotent producer.</summary>
    public const string ProducerId = "Producer-Id";

    /// <summary>The epoch of an idempotent producer.</summary>
    public const string ProducerEpoch = "Producer-Epoch";

    /// <summary>The sequence number of the request's first record.</summary>
    public const string ProducerSeq = "Producer-Seq";

    /// <summary>The token that the partition must have.</summary>
    public const string FencingToken = "Fencing-Token";

    /// <summary>The next offset that the partition must have.</summary>
    public const string IfMatch = "If-Match";

    private static readonly string[] OfProducers = [ProducerId, ProducerEpoch, ProducerSeq];

    private static readonly string[] OfPartitions = [.. OfProducers, FencingToken, IfMatch];

    /// <summary>Reads the headers of a request that appends records.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="found">Topic and partition of the path.</param>
    /// <param name="conditions">What they ask for, when the result is null.</param>
    /// <param name="resource">What the path ends in.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public static string? Read(
        IHeaderDictionary headers,
        TopicSearch.Found found,
        out ProduceConditions conditions,
        string resource = "records")
    {
        conditions = ProduceConditions.None;
        if (found.Partition is null && Array.Find(OfPartitions, headers.ContainsKey) is { } misplaced)
        {
            return $"{misplaced} holds for one partition, and the path names none: send the "
                + $"{resource} to /api/v1/topics/{found.Topic.Name}/partitions/{{partition}}/{resource}.";
        }

        return ReadProducer(headers, out var producer)
            ?? ReadConditions(headers, found.Topic.Id, ref conditions)
            ?? Combine(producer, ref conditions);
    }

    /// <summary>Reads the headers of a request that appends batches, which name their producers themselves.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="topic">The topic of the path.</param>
    /// <param name="conditions">What they ask for, when the result is null.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public static string? ReadForBatches(IHeaderDictionary headers, TopicId topic, out ProduceConditions conditions)
    {
        conditions = ProduceConditions.None;
        return Array.Find(OfProducers, headers.ContainsKey) is { } misplaced
            ? $"{misplaced} is for records; a record batch names producer id, epoch and sequence in its own header."
            : ReadConditions(headers, topic, ref conditions);
    }

    /// <summary>Reads <c>If-Match</c>: an entity tag, or the bare number.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="nextOffset">
    /// The next offset that the partition must have; null when the header is not there.
    /// </param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? ReadIfMatch(IHeaderDictionary headers, out long? nextOffset)
    {
        nextOffset = null;
        if (ReadOne(headers, IfMatch, out var text) is { } repeated)
        {
            return repeated;
        }

        var number = text is ['"', .., '"'] ? text[1..^1] : text;
        if (number is null)
        {
            return null;
        }

        if (QueryText.TryNumber(number, out var offset))
        {
            nextOffset = offset;
            return null;
        }

        return $"{IfMatch} is {Quotation.Of(text)}; it is the offset that comes next in the partition, like \"42\". "
            + (text == "*" ? "Whatever that is: leave the header out."
                : number.Length > 0 && number.All(char.IsAsciiDigit) ? $"Offsets go from 0 to {long.MaxValue}."
                : "One value, neither a list nor weak.");
    }

    /// <summary>Reads <c>Fencing-Token</c>.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="token">
    /// The token that the partition must have, empty for none at all; null when the header is not there.
    /// </param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? ReadFencingToken(IHeaderDictionary headers, out string? token)
    {
        if (ReadOne(headers, FencingToken, out token) is { } repeated)
        {
            return repeated;
        }

        // A header without a value does not survive every proxy, so no token is written as two quotes.
        token = token == "\"\"" ? "" : token;
        return token is null or "" || FencingTokenText.IsValid(token)
            ? null
            : $"{FencingToken} is {Quotation.Of(token)}; it is {FencingTokenText.Rule}, or \"\" for none.";
    }

    private static string? ReadConditions(IHeaderDictionary headers, TopicId topic, ref ProduceConditions conditions)
    {
        var broken = IdempotencyKey.Read(headers, out var key);
        long? nextOffset = null;
        string? token = null;
        broken ??= ReadIfMatch(headers, out nextOffset);
        broken ??= ReadFencingToken(headers, out token);
        conditions = new(null, key is null ? null : RequestKey.Of(topic, key, 0), nextOffset, token, key)
        {
            Trace = RecordTrace.Read(headers),
        };
        return broken;
    }

    private static string? Combine(ProducerSequence? producer, ref ProduceConditions conditions)
    {
        conditions = conditions with { Producer = producer };
        return producer is not null && conditions.Request is not null
            ? $"{IdempotencyKey.HeaderName} and {ProducerId} exclude each other: each alone keeps a repetition from "
                + "being stored again."
            : null;
    }

    private static string? ReadProducer(IHeaderDictionary headers, out ProducerSequence? producer)
    {
        producer = null;
        if (!Array.Exists(OfProducers, headers.ContainsKey))
        {
            return null;
        }

        if (Array.Find(OfProducers, name => !headers.ContainsKey(name)) is { } missing)
        {
            return $"{ProducerId}, {ProducerEpoch} and {ProducerSeq} come together; {missing} is not there.";
        }

        var (epoch, sequence) = (0L, 0L);
        var broken = ReadNumber(headers, ProducerId, long.MaxValue, out var id)
            ?? ReadNumber(headers, ProducerEpoch, short.MaxValue, out epoch)
            ?? ReadNumber(headers, ProducerSeq, int.MaxValue, out sequence);
        producer = broken is null ? new(id, (short)epoch, (int)sequence) : null;
        return broken;
    }

    private static string? ReadNumber(IHeaderDictionary headers, string name, long most, out long number)
    {
        number = 0;
        return ReadOne(headers, name, out var text)
            ?? (QueryText.TryNumber(text, out number) && number <= most
                ? null
                : $"{name} is {Quotation.Of(text)}; it is a number from 0 to {most}.");
    }

    private static string? ReadOne(IHeaderDictionary headers, string name, out string? text)
    {
        text = null;
        if (!headers.TryGetValue(name, out var values))
        {
            return null;
        }

        text = values.ToString();
        return values.Count > 1 ? $"{name} is there {values.Count} times; one is expected." : null;
    }
}
