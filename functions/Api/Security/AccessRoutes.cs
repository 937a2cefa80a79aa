using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Functions.Api.Security;

/// <summary>How routes state what they ask of their callers.</summary>
public static class AccessRoutes
{
    /// <summary>Routes below this ask who makes a request before anything else is done.</summary>
    /// <param name="routes">The host's routes.</param>
    public static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").AddEndpointFilter<RouteGroupBuilder, AccessFilter>();

    /// <summary>Anybody may ask.</summary>
    /// <param name="route">The route.</param>
    /// <param name="why">Why that does no harm.</param>
    public static TBuilder Open<TBuilder>(this TBuilder route, string why)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Access.Open(why));

    /// <summary>Whoever is known may ask; the endpoint looks at his rights itself.</summary>
    /// <param name="route">The route.</param>
    /// <param name="why">What the endpoint looks at.</param>
    public static TBuilder Known<TBuilder>(this TBuilder route, string why)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Access.Known(why));

    /// <summary>Whoever has rights to what the path names may ask; for the cluster the path names nothing.</summary>
    /// <param name="route">The route.</param>
    /// <param name="rights">All that are needed.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder route, params Right[] rights)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Access.Needs(rights));
}
