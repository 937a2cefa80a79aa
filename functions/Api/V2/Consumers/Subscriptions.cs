using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>POST</c>, <c>GET</c>, <c>DELETE …/subscription</c>: the topics that an instance reads, by name or by pattern.
/// </summary>
internal static class Subscriptions
{
    public static async Task<IResult> PostAsync(ConsumerCall call)
    {
        var (request, error) = await V2Body.ReadAsync(
            call.Context.Request, V2Json.Default.SubscriptionRequest, call.Aborted);
        if (error is not null)
        {
            return V2Answer.Error(error);
        }

        return request switch
        {
            null => ConsumerCall.BodyIsMissing,
            { Topics: { } names } => await SubscribeAsync(call, names),
            { TopicPattern: { } text } => await SubscribeAsync(call, text),
            _ => await call.AnswerAsync(new GroupRequest.Touch(call.Instance)),
        };
    }

    public static async Task<IResult> GetAsync(ConsumerCall call)
    {
        var (instance, refusal) = await call.FindAsync();
        if (instance is null)
        {
            return refusal!;
        }

        var topics = instance.Subscription switch
        {
            Subscription.Topics names => names.Of.Where(name => call.Caller.May(Right.DescribeTopic, name))
                .Select(static name => name.Value).ToList(),
            Subscription.Matching pattern => await MatchesAsync(call, pattern),
            _ => [],
        };
        return V2Answer.Json(call.Context, new SubscriptionAnswer(topics), V2Json.Default.SubscriptionAnswer);
    }

    public static Task<IResult> DeleteAsync(ConsumerCall call) =>
        call.AnswerAsync(new GroupRequest.Subscribe(call.Instance, Subscription.None.Instance));

    private static async Task<IResult> SubscribeAsync(ConsumerCall call, IReadOnlyList<string?> names)
    {
        // Each name is looked up before the group judges the subscription.
        if (names.Count > GroupLimits.TopicsMax)
        {
            return V2Answer.Unprocessable(
                $"The request names {names.Count} topics; a group has at most {GroupLimits.TopicsMax}.");
        }

        var topics = new List<TopicName>();
        foreach (var name in names.Distinct())
        {
            if (!TopicName.TryParse(name, out var topic, out _))
            {
                return ConsumerCall.InvalidTopic(name);
            }

            topics.Add(topic);
        }

        if (call.RefusalOf(Right.ReadTopic, topics) is { } refusal)
        {
            return refusal;
        }

        // No topics means no subscription, as with Kafka's own consumer.
        Subscription wanted = topics.Count == 0 ? Subscription.None.Instance : new Subscription.Topics([.. topics]);
        return await call.AnswerAsync(new GroupRequest.Subscribe(call.Instance, wanted));
    }

    private static async Task<IResult> SubscribeAsync(ConsumerCall call, string text) =>
        TopicPattern.TryParse(text, out var pattern, out var problem)
            ? await call.AnswerAsync(new GroupRequest.Subscribe(call.Instance, new Subscription.Matching(pattern)))
            : V2Answer.Error(ConfluentError.BadRequest(
                $"The topic_pattern cannot be used: {PatternProblem.Of(text, problem)}"));

    private static async Task<List<string>> MatchesAsync(ConsumerCall call, Subscription.Matching pattern)
    {
        var names = new List<string>();
        await foreach (var topic in call.Engine.Engine.Topics.ListAsync(call.Aborted))
        {
            if (pattern.Wants(topic.Name) && call.Caller.May(Right.DescribeTopic, topic.Name))
            {
                names.Add(topic.Name.Value);
            }
        }

        return names;
    }
}
