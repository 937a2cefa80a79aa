using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>GET …/topics/{topic}</c>: how v1 reads. The first read subscribes the instance to the topic; it can read no other
/// one.
/// </summary>
internal static class GetTopicRecords
{
    public static async Task<IResult> HandleAsync(ConsumerCall call)
    {
        var name = (string?)call.Context.Request.RouteValues["topic"];
        if (!TopicName.TryParse(name, out var topic, out _))
        {
            return ConsumerCall.InvalidTopic(name);
        }

        var (instance, refusal) = await call.FindAsync();
        if (instance is null)
        {
            return refusal!;
        }

        switch (instance.Subscription)
        {
            case Subscription.Topics { Of: [var only] } when only == topic:
                break;
            case Subscription.None:
                var subscribe = new GroupRequest.Subscribe(call.Instance, new Subscription.Topics([topic]));
                if (ConsumerCall.Refusal(await call.ExecuteAsync(subscribe)) is { } refused)
                {
                    return refused;
                }

                break;
            default:
                return V2Answer.Error(new ConfluentError(
                    ConfluentErrorCode.ConsumerAlreadySubscribed,
                    "Consumer cannot subscribe the specified target because it has already subscribed to other "
                    + "topics."));
        }

        return await GetRecords.HandleAsync(call);
    }
}
