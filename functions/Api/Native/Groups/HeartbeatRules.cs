using System.Collections.Immutable;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.V2;
using Serverless.Functions.Api.V2.Consumers;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>Turns the body of a heartbeat into what is asked of the group. Pure.</summary>
internal static class HeartbeatRules
{
    /// <summary>
    /// Kafka's <c>group.consumer.min.session.timeout.ms</c> is longer; consumers in functions are short.
    /// </summary>
    public static readonly TimeSpan SessionTimeoutMin = TimeSpan.FromSeconds(6);

    /// <summary>The longest a silent member may keep its partitions from the others.</summary>
    public static readonly TimeSpan SessionTimeoutMax = TimeSpan.FromMinutes(30);

    // Kafka's group.consumer.heartbeat.interval.ms.
    private static readonly TimeSpan IntervalMax = TimeSpan.FromSeconds(5);

    /// <summary>Reads the request.</summary>
    /// <param name="body">As it came.</param>
    /// <param name="newName">The name of a member that joins without one.</param>
    /// <param name="settings">What counts where the client says nothing.</param>
    /// <param name="heartbeat">What is asked of the group, when the result is null.</param>
    /// <returns>What is wrong, or null.</returns>
    public static Problem? Read(
        HeartbeatBody body, Func<string> newName, GroupSettings settings, out GroupRequest.Heartbeat? heartbeat)
    {
        heartbeat = null;
        if (body.MemberEpoch is not { } epoch || epoch < GroupRequest.Heartbeat.AwayEpoch)
        {
            return Problem.InvalidRequest(
                $"'member_epoch' is {body.MemberEpoch?.ToString() ?? "missing"}; it is what the last answer said, or 0 "
                + "to join, -1 to leave, -2 to leave for a while.");
        }

        var joins = epoch == GroupRequest.Heartbeat.JoinEpoch;
        var (owned, timeout) = (ImmutableSortedSet<TopicPartition>.Empty, settings.SessionTimeout);
        InstanceId? staticName = null;
        Subscription? subscription = null;
        var refused = ReadName("member_id", body.MemberId ?? (joins ? newName() : null), out var member)
            ?? ReadStaticName(body.InstanceId, out staticName)
            ?? ReadTimeout(body.SessionTimeoutMs, settings, out timeout)
            ?? ReadSubscription(body, joins, out subscription)
            ?? (body.Owned is null ? null : PartitionLists.Read("owned", body.Owned, out owned));
        if (refused is not null)
        {
            return refused;
        }

        if (joins && !owned.IsEmpty)
        {
            return Problem.InvalidRequest("'owned' names partitions; a member that joins has none.");
        }

        // What a read of this member over REST Proxy v2 would go by; its own reads and commits are requests of others.
        var instance = new InstanceSettings(
            V2Formats.Binary, AutoOffsetReset.Latest, AutoCommit: false, InstanceRules.RequestTimeoutDefault)
        {
            GroupInstanceId = staticName,
            Assignor = body.Assignor,
        };
        heartbeat = new GroupRequest.Heartbeat(member, epoch, instance, timeout)
        {
            Subscription = subscription,
            Owned = body.Owned is null ? null : owned,
        };
        return null;
    }

    /// <summary>How long a member may wait until it asks again.</summary>
    /// <param name="sessionTimeout">How long it may be silent.</param>
    public static TimeSpan IntervalOf(TimeSpan sessionTimeout) =>
        sessionTimeout / 3 < IntervalMax ? sessionTimeout / 3 : IntervalMax;

    /// <summary>Takes the name of a member from a body.</summary>
    public static Problem? ReadName(string name, string? text, out InstanceId id)
    {
        if (!InstanceId.TryParse(text, out id, out var broken)
            || (broken = InstanceRules.ProblemOfName(text!)) is not null)
        {
            return Problem.InvalidRequest(text is null
                ? $"'{name}' is missing; it is the name of the member."
                : $"'{name}' is {Quotation.Of(text)}, which is not allowed: {broken}.");
        }

        return null;
    }

    private static Problem? ReadStaticName(string? text, out InstanceId? id)
    {
        id = null;
        if (text is null)
        {
            return null;
        }

        var refused = ReadName("instance_id", text, out var read);
        id = refused is null ? read : null;
        return refused;
    }

    private static Problem? ReadTimeout(int? milliseconds, GroupSettings settings, out TimeSpan timeout)
    {
        timeout = milliseconds is { } given ? TimeSpan.FromMilliseconds(given) : settings.SessionTimeout;
        return milliseconds is null || (timeout >= SessionTimeoutMin && timeout <= SessionTimeoutMax)
            ? null
            : Problem.InvalidRequest(
                $"'session_timeout_ms' is {milliseconds}; it is {SessionTimeoutMin.TotalMilliseconds:0} to "
                + $"{SessionTimeoutMax.TotalMilliseconds:0}.");
    }

    private static Problem? ReadSubscription(HeartbeatBody body, bool joins, out Subscription? subscription)
    {
        subscription = null;
        if (body is { SubscribedTopics: not null, SubscribedPattern: not null })
        {
            return Problem.InvalidRequest("'subscribed_topics' and 'subscribed_pattern' exclude each other.");
        }

        if (body.SubscribedPattern is { } text)
        {
            if (!TopicPattern.TryParse(text, out var pattern, out var broken))
            {
                return Problem.InvalidRequest($"'subscribed_pattern' is {Quotation.Of(text)}: {broken}");
            }

            subscription = new Subscription.Matching(pattern);
            return null;
        }

        if (body.SubscribedTopics is not { } topics)
        {
            return joins
                ? Problem.InvalidRequest(
                    "A member that joins says what it wants to read, in 'subscribed_topics' or 'subscribed_pattern'.")
                : null;
        }

        var names = new List<TopicName>();
        foreach (var topic in topics)
        {
            if (!TopicName.TryParse(topic, out var name, out var broken))
            {
                return Problem.InvalidTopic(broken);
            }

            names.Add(name);
        }

        subscription = names.Count == 0 ? Subscription.None.Instance : new Subscription.Topics([.. names.Distinct()]);
        return null;
    }
}
