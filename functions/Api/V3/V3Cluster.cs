using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3;

/// <summary>What stands in front of every route of v3: the answer is JSON, and the cluster is this one.</summary>
internal sealed class V3Cluster(ClusterIdentity identity) : IEndpointFilter
{
    /// <summary>The name of the route value that holds a cluster's id.</summary>
    public const string RouteValue = "clusterId";

    private static readonly AnswerMediaTypes OnlyJson = new(ConfluentMediaTypes.Json);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var answers = http.GetEndpoint()?.Metadata.GetMetadata<AnswerMediaTypes>() ?? OnlyJson;
        if (MediaTypes.Choose(http.Request, answers.Types) is null)
        {
            return V3Answer.Error(ConfluentError.NotAcceptable);
        }

        var id = await identity.GetAsync(http.RequestAborted);
        if (http.Request.RouteValues.TryGetValue(RouteValue, out var asked) && asked as string != id)
        {
            return V3Answer.Error(new(ConfluentErrorCode.NotFound, $"Cluster {asked} cannot be found."));
        }

        http.Features.Set(new V3Links(http, id));
        return await next(context);
    }
}
