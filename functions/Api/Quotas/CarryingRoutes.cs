using Microsoft.AspNetCore.Builder;

namespace Serverless.Functions.Api.Quotas;

/// <summary>How routes state that they carry records.</summary>
internal static class CarryingRoutes
{
    /// <summary>The bodies of requests are bytes that are produced.</summary>
    public static TBuilder CarriesProduced<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Carries.Produced);

    /// <summary>The answers are bytes that are consumed.</summary>
    public static TBuilder CarriesConsumed<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Carries.Consumed);
}
