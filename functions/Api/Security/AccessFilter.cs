using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Quotas;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>
/// Stands in front of every route: finds out who makes a request, and lets him through when he has the rights that the
/// route states for what its path names, and has not used up his quotas.
/// </summary>
/// <remarks>
/// It stands at the routes and not in a pipeline, so that no host can forget it. It looks at nothing but the header
/// <c>Authorization</c> and the path: whoever is refused has cost no body, and no read of what he asked for.
/// </remarks>
internal sealed class AccessFilter : IEndpointFilter
{
    // The names that the routes of the different APIs give to the same.
    private static readonly string[] TopicValues = ["topic", "topicName"];
    private static readonly string[] GroupValues = ["group", "groupId", "subscription"];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var access = http.GetEndpoint()?.Metadata.GetMetadata<Access>();
        Invariant.Holds(access is not null);
        if (access.IsOpen)
        {
            return await next(context);
        }

        var authenticator = http.RequestServices.GetRequiredService<Authenticator>();
        var (caller, unknown) = await authenticator.AuthenticateAsync(http.Request, http.RequestAborted);
        if (caller is null)
        {
            if (unknown!.Code == ProblemCode.SaslAuthenticationFailed)
            {
                http.Response.Headers.WWWAuthenticate = ReferenceEquals(unknown, AccessProblems.NothingShown)
                    ? Authenticator.Challenges
                    : Authenticator.ChallengesAnew;
            }

            return new ProblemResult(unknown);
        }

        http.Features.Set(caller);
        var quotas = http.RequestServices.GetRequiredService<RequestQuotas>();
        if (quotas.Admit(http, caller.Principal) is { } over)
        {
            return new ProblemResult(over);
        }

        foreach (var right in access.Rights)
        {
            if (caller.RefusalOf(right, NameOf(http.Request.RouteValues, right.Type)) is { } refusal)
            {
                return new ProblemResult(refusal);
            }
        }

        // Last: whoever has no right to a topic neither uses its quota nor learns what is left of it.
        var topic = access.NamesTopic ? NameOf(http.Request.RouteValues, AclResourceType.Topic) : null;
        return quotas.AdmitTo(http, topic) is { } used ? new ProblemResult(used) : await next(context);
    }

    private static string NameOf(RouteValueDictionary values, AclResourceType type) =>
        type switch
        {
            AclResourceType.Topic => Find(values, TopicValues),
            AclResourceType.Group => Find(values, GroupValues),
            _ => AclRules.ClusterName,
        };

    private static string Find(RouteValueDictionary values, string[] names)
    {
        foreach (var name in names)
        {
            if (values.TryGetValue(name, out var value) && value is string text)
            {
                return text;
            }
        }

        throw new InvariantViolatedException($"A route needs a right to what its path does not name: {names[0]}.");
    }
}
