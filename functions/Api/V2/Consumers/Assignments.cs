using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>POST</c>, <c>GET …/assignments</c>: partitions that the client chooses itself, and those that an instance has.
/// </summary>
internal static class Assignments
{
    public static async Task<IResult> PostAsync(ConsumerCall call)
    {
        var (request, error) = await V2Body.ReadAsync(call.Context.Request, V2Json.Default.PartitionList, call.Aborted);
        if (error is not null || request is null)
        {
            return error is null ? ConsumerCall.BodyIsMissing : V2Answer.Error(error);
        }

        if (Partitions.Read(request.Partitions, out var partitions) is { } refusal)
        {
            return refusal;
        }

        if (call.RefusalOf(Right.ReadTopic, partitions.Select(static one => one.Topic)) is { } forbidden)
        {
            return forbidden;
        }

        // No partitions means no assignment, as with Kafka's own consumer.
        Subscription wanted = partitions.Count == 0
            ? Subscription.None.Instance
            : new Subscription.Assigned([.. partitions]);
        return await call.AnswerAsync(new GroupRequest.Subscribe(call.Instance, wanted));
    }

    public static async Task<IResult> GetAsync(ConsumerCall call)
    {
        var (instance, refusal) = await call.FindAsync();
        return instance is null
            ? refusal!
            : V2Answer.Json(
                call.Context,
                new PartitionList
                {
                    Partitions =
                    [
                        .. instance.Assignment.Keys.Where(one => call.Caller.May(Right.DescribeTopic, one.Topic))
                            .Select(static one =>
                            new PartitionRef { Topic = one.Topic.Value, Partition = one.Partition }),
                    ],
                },
                V2Json.Default.PartitionList);
    }
}
