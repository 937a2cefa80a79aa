using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;

namespace Serverless.Functions.Api.V2;

/// <summary>
/// What stands in front of every route of v2: the client accepts one of the media types that the resource has.
/// </summary>
/// <param name="offered">The resource's media types, the best first.</param>
internal sealed class V2Negotiation(params string[] offered) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (MediaTypes.Choose(http.Request, offered) is not { } chosen)
        {
            return new ConfluentResult(V2Answer.NotAcceptable(http.Request, offered));
        }

        http.Features.Set(new V2AnswerType(chosen));
        return await next(context);
    }
}

/// <summary>The media type that was chosen for an answer.</summary>
/// <param name="Value">One of those that the resource offered.</param>
internal sealed record V2AnswerType(string Value)
{
    /// <summary>What <see cref="V2Negotiation"/> chose for this request.</summary>
    public static string Of(HttpContext context) =>
        context.Features.GetRequiredFeature<V2AnswerType>().Value;
}
