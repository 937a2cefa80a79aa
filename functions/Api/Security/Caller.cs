using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Security;

/// <summary>Who makes a request, and what he may do. Every request that reached its endpoint has one.</summary>
/// <remarks>
/// Rights are asked by name, before anything is looked up: so the answer, and the time it takes, are the same whether
/// what is named exists or not.
/// </remarks>
public sealed class Caller
{
    private readonly SecurityView? _view;
    private readonly CallerWatch? _watch;

    /// <summary>Somebody who has logged in, or need not.</summary>
    /// <param name="principal">Who.</param>
    /// <param name="isSuper">Whether he may do everything.</param>
    /// <param name="view">What decides; may be missing for one who may do everything.</param>
    /// <param name="watch">Asks again in requests that last; missing where there is nothing to ask.</param>
    internal Caller(Principal principal, bool isSuper, SecurityView? view, CallerWatch? watch)
    {
        (Principal, IsSuper, _view, _watch) = (principal, isSuper, view, watch);
    }

    /// <summary>Who it is: for quotas, traces and logs. No secret.</summary>
    public Principal Principal { get; }

    /// <summary>Whether he may do everything, whatever denies it.</summary>
    public bool IsSuper { get; }

    /// <summary>The key that he showed, by its id, or null.</summary>
    public string? KeyId { get; internal init; }

    /// <summary>When the token that he showed expires; never, for others.</summary>
    public DateTimeOffset ExpiresAt { get; internal init; } = DateTimeOffset.MaxValue;

    /// <summary>The caller of a request that has reached its endpoint.</summary>
    /// <param name="context">A request of a route that is not open.</param>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>The caller of any request: null before it was found out, and on open routes.</summary>
    /// <param name="context">The request.</param>
    public static Caller? Find(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Whether he has a right to a resource.</summary>
    /// <param name="right">What for.</param>
    /// <param name="name">The resource's name, or any text.</param>
    public bool May(Right right, string name) =>
        IsSuper || _view?.IsAllowed(Principal, right.Operation, right.Type, name) == true;

    /// <summary>Whether he has a right to a topic.</summary>
    public bool May(Right right, TopicName topic) => May(right, topic.Value);

    /// <summary>Whether he has a right to the cluster.</summary>
    public bool May(Right right) => May(right, AclRules.ClusterName);

    /// <summary>Whether he has a right to at least one resource of its type.</summary>
    public bool MaySomewhere(Right right) =>
        IsSuper || _view?.IsAllowedSomewhere(Principal, right.Operation, right.Type) == true;

    /// <summary>Why he is refused, or null when he has the right.</summary>
    /// <param name="right">What for.</param>
    /// <param name="name">The resource's name, or any text.</param>
    internal Problem? RefusalOf(Right right, string name) =>
        May(right, name) ? null : AccessProblems.Forbidden(right, name);

    /// <summary>Why he may not give a topic some settings, whichever it is, or null: the shared log of a group of
    /// topics is not one topic's to change.</summary>
    /// <param name="configs">The settings as they came.</param>
    internal Problem? RefusalOf(IEnumerable<KeyValuePair<string, string?>> configs) =>
        May(Right.AlterCluster) || !configs.Any(static one => TopicConfigDefinitions.NamesGroup(one.Key, one.Value))
            ? null
            : AccessProblems.GroupOfTopics;

    /// <summary>Why he may not create a topic with some settings, or null.</summary>
    /// <param name="configs">The settings as they came.</param>
    /// <param name="defaults">What holds where they say nothing.</param>
    internal Problem? RefusalOf(IReadOnlyList<KeyValuePair<string, string?>> configs, TopicConfig defaults) =>
        RefusalOf(configs) ?? RefusalOf(configs.Select(static one => one.Key), defaults);

    /// <summary>Why he may not change some settings of a topic, or null.</summary>
    /// <param name="topics">Where the topic is looked up as it is now, if it depends on that.</param>
    /// <param name="topic">The topic, which he may configure.</param>
    /// <param name="changes">The changes as they came.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    internal async ValueTask<Problem?> RefusalOfAsync(
        TopicCatalog topics,
        TopicName topic,
        IReadOnlyCollection<TopicConfigChange> changes,
        CancellationToken cancellationToken)
    {
        if (RefusalOf(changes.Select(static change => KeyValuePair.Create(change.Name, change.Value))) is { } refusal)
        {
            return refusal;
        }

        var names = changes.Select(static change => change.Name).ToList();
        return !May(Right.AlterCluster)
            && names.Exists(TopicConfigDefinitions.ReachesGroup)
            && await topics.FindAnewAsync(topic, cancellationToken) is { Config: var config }
                ? RefusalOf(names, config)
                : null;
    }

    // Also when the same request takes the topic out: what is in the group's log stays there for a while.
    private Problem? RefusalOf(IEnumerable<string> names, TopicConfig before) =>
        May(Right.AlterCluster)
        || !TopicConfigDefinitions.NamesGroup(before)
        || !names.Any(TopicConfigDefinitions.ReachesGroup)
            ? null
            : AccessProblems.IntervalOfGroup;

    /// <summary>Why he may go on no longer with a request that lasts, or null; by what is known now.</summary>
    internal ValueTask<Problem?> RecheckAsync(Right right, TopicName topic, CancellationToken cancellationToken) =>
        _watch?.CheckAsync(this, right, topic.Value, cancellationToken) ?? new((Problem?)null);

    /// <summary>Why he is refused, or null when he has the right to all of them.</summary>
    internal Problem? RefusalOf(Right right, IEnumerable<TopicName> topics)
    {
        foreach (var topic in topics)
        {
            if (!May(right, topic))
            {
                return AccessProblems.Forbidden(right, topic.Value);
            }
        }

        return null;
    }
}
