using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// The data plane of Azure Event Grid namespaces with pull delivery, at the root as there: a topic is a topic, an event
/// subscription is a queue on it.
/// </summary>
/// <remarks>
/// <c>/topics/{topic}</c> is Confluent's v2 as well; the word behind the colon tells them apart.
/// </remarks>
internal static class EventGridRoutes
{
    /// <summary>The segment that stands between topic and event subscription.</summary>
    public const string Subscriptions = "eventsubscriptions";

    /// <summary>What stands behind the topic to publish.</summary>
    public const string Publish = ":publish";

    private static readonly Right[] Receive = [Right.ReadTopic, Right.ReadGroup];

    /// <summary>Maps them.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapEventGrid(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").AddEndpointFilter(EventGridQuery.RefuseOtherVersionsAsync);
        group.MapPost("/topics/{topic}" + Publish, PublishEvents.HandleAsync).Needs(Right.WriteTopic)
            .CarriesProduced();
        var subscription = "/topics/{topic}/" + Subscriptions + "/{subscription}";
        group.MapPost(subscription + ":receive", ReceiveEvents.HandleAsync).Needs(Receive).CarriesConsumed();
        group.MapPost(subscription + ":acknowledge", SettleEvents.AcknowledgeAsync).Needs(Receive);
        group.MapPost(subscription + ":release", SettleEvents.ReleaseAsync).Needs(Receive);
        group.MapPost(subscription + ":reject", SettleEvents.RejectAsync).Needs(Receive);
        group.MapPost(subscription + ":renewLock", SettleEvents.RenewAsync).Needs(Receive);
    }
}
