using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary><c>POST</c>, <c>GET …/offsets</c>: commits offsets, and shows committed ones.</summary>
/// <remarks>
/// A client commits the offset of the last record it has processed; stored, and shown, is the next one to read.
/// <c>GET</c> takes a body, as in Confluent's API, or <c>?topic=T&amp;partition=P</c> (all partitions without
/// <c>partition</c>), which more clients can send.
/// </remarks>
internal static class CommittedOffsets
{
    public static async Task<IResult> PostAsync(ConsumerCall call)
    {
        var (request, error) = await V2Body.ReadAsync(call.Context.Request, V2Json.Default.OffsetList, call.Aborted);
        if (error is not null)
        {
            return V2Answer.Error(error);
        }

        List<PartitionOffset>? offsets = null;
        if (request?.Offsets is { } refs)
        {
            if (Partitions.Read(refs, out Dictionary<TopicPartition, OffsetRef> read) is { } refusal)
            {
                return refusal;
            }

            if (refs.FirstOrDefault(static one => one.Metadata?.Length > GroupLimits.OffsetMetadataCharactersMax)
                is { } tooLong)
            {
                return V2Answer.Error(new ConfluentError(
                    ConfluentErrorCode.InvalidRequest,
                    $"The metadata has {tooLong.Metadata!.Length} characters; "
                    + $"{GroupLimits.OffsetMetadataCharactersMax} are allowed."));
            }

            if (call.RefusalOf(Right.ReadTopic, read.Keys.Select(static one => one.Topic)) is { } forbidden)
            {
                return forbidden;
            }

            offsets =
            [
                .. read.Select(static one =>
                    new PartitionOffset(one.Key, one.Value.Offset + 1, one.Value.Metadata ?? "")),
            ];
        }

        return ConsumerCall.Refusal(
                await call.Engine.Groups.CommitAsync(call.Group, call.Instance, offsets, call.Aborted))
            ?? V2Answer.Json(call.Context, [], V2Json.Default.IReadOnlyListString);
    }

    public static async Task<IResult> GetAsync(ConsumerCall call)
    {
        var (instance, gone) = await call.FindAsync();
        if (instance is null)
        {
            return gone!;
        }

        var (partitions, refusal) = await PartitionsAsync(call);
        if ((refusal ?? call.RefusalOf(Right.DescribeTopic, partitions.Select(static one => one.Topic))) is { } refused)
        {
            return refused;
        }

        var committed = await call.Engine.Groups.FetchOffsetsAsync(call.Group, partitions, call.Aborted);
        return V2Answer.Json(
            call.Context,
            new OffsetList
            {
                Offsets = [.. partitions.Where(committed.ContainsKey).Select(one => Show(one, committed[one]))],
            },
            V2Json.Default.OffsetList);
    }

    private static OffsetRef Show(TopicPartition partition, CommittedOffset committed) => new()
    {
        Topic = partition.Topic.Value,
        Partition = partition.Partition,
        Offset = committed.Offset,
        Metadata = committed.Metadata,
    };

    private static async ValueTask<(List<TopicPartition> Partitions, IResult? Refusal)> PartitionsAsync(
        ConsumerCall call)
    {
        var query = call.Context.Request.Query;
        if (query.TryGetValue("topic", out var topics))
        {
            return await PartitionsAsync(call, topics, query["partition"]);
        }

        var (request, error) = await V2Body.ReadAsync(call.Context.Request, V2Json.Default.PartitionList, call.Aborted);
        if (error is not null || request is null)
        {
            return ([], V2Answer.Error(error ?? ConfluentError.PartitionNotFound));
        }

        var refusal = Partitions.Read(request.Partitions, out var partitions);
        return (partitions, refusal);
    }

    private static async ValueTask<(List<TopicPartition> Partitions, IResult? Refusal)> PartitionsAsync(
        ConsumerCall call, StringValues topics, StringValues indexes)
    {
        var refs = new List<PartitionRef>();
        foreach (var topic in topics.OfType<string>())
        {
            if (Partitions.CheckCount(refs.Count) is { } tooMany)
            {
                return ([], tooMany);
            }

            if (call.Caller.RefusalOf(Right.DescribeTopic, topic) is { } forbidden)
            {
                return ([], V2Answer.Error(forbidden));
            }

            var found = await call.Engine.Engine.FindAsync(topic, call.Aborted);
            if (found is null)
            {
                return ([], V2Answer.Error(ConfluentError.UnknownTopicOrPartition));
            }

            if (indexes.Count == 0)
            {
                refs.AddRange(Enumerable.Range(0, found.PartitionCount)
                    .Select(index => new PartitionRef { Topic = topic, Partition = index }));
            }

            foreach (var text in indexes.OfType<string>())
            {
                if (Metadata.GetMetadata.PartitionOf(found, text) is not { } index)
                {
                    return ([], V2Answer.Error(ConfluentError.PartitionNotFound));
                }

                refs.Add(new PartitionRef { Topic = topic, Partition = index });
            }
        }

        var refusal = Partitions.Read(refs, out var partitions);
        return (partitions, refusal);
    }
}
