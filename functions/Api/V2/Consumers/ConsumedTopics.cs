using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Quotas;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// The quotas of the topics that an instance reads, where its path names none. A topic that has used up its bytes is
/// passed over, and its records come with a later read; a read that finds no other is refused.
/// </summary>
/// <param name="quotas">The quotas of the node.</param>
/// <param name="isNamed">Whether the path names the topic: then it has been counted like any other request.</param>
internal sealed class ConsumedTopics(RequestQuotas quotas, bool isNamed)
{
    public static ConsumedTopics Of(HttpContext context) => new(
        context.RequestServices.GetRequiredService<RequestQuotas>(), context.Request.RouteValues.ContainsKey("topic"));

    /// <summary>Whether records of a topic are given now.</summary>
    public bool May(TopicName topic) =>
        isNamed || quotas.WaitOf(EntityOf(topic), QuotaKind.ConsumerByteRate) == TimeSpan.Zero;

    /// <summary>Why records of none of some topics are given, or null; also when there is no topic.</summary>
    public Problem? RefusalOf(IEnumerable<TopicName> topics)
    {
        QuotaEntity? soonest = null;
        var least = TimeSpan.MaxValue;
        foreach (var entity in isNamed ? [] : topics.Select(EntityOf))
        {
            var wait = quotas.WaitOf(entity, QuotaKind.ConsumerByteRate);
            if (wait == TimeSpan.Zero)
            {
                return null;
            }

            (soonest, least) = wait < least ? (entity, wait) : (soonest, least);
        }

        return soonest is { } first ? quotas.RefusalOf(first, QuotaKind.ConsumerByteRate) : null;
    }

    /// <summary>Counts keys and values that were read, for each topic.</summary>
    public void Charge(ReadOutcome outcome)
    {
        if (isNamed || outcome is not ReadOutcome.Records { Consumed: var consumed })
        {
            return;
        }

        // Records of one partition lie together: few runs, and no copy of a page of thousands.
        for (var index = 0; index < consumed.Count;)
        {
            var (topic, bytes) = (consumed[index].Partition.Topic, 0L);
            for (; index < consumed.Count && consumed[index].Partition.Topic == topic; index++)
            {
                var record = consumed[index].Record;
                bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
            }

            quotas.Charge(EntityOf(topic), QuotaKind.ConsumerByteRate, bytes);
        }
    }

    private static QuotaEntity EntityOf(TopicName topic) => new(QuotaEntityType.Topic, topic.Value);
}
