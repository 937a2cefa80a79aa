using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native;

/// <summary>The query parameters that a route knows, each at most once; stands at the route as metadata.</summary>
/// <param name="Names">Their names.</param>
internal sealed record QueryParameters(params string[] Names)
{
    /// <summary>Those of a read of records; see <c>ReadQuery</c>.</summary>
    public static QueryParameters OfRecordReads { get; } = new(
        "offset", "from", "timestamp", "cursor", "limit", "max_bytes", "wait", "value", "format", "follow");

    /// <summary>
    /// Refuses what a route does not know: a slip of the pen would otherwise change what is stored or read. A route
    /// without <see cref="QueryParameters"/> knows none.
    /// </summary>
    /// <param name="call">The request, bound to its handler.</param>
    /// <param name="next">The handler.</param>
    public static ValueTask<object?> RefuseOthersAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var known = call.HttpContext.GetEndpoint()?.Metadata.GetMetadata<QueryParameters>() ?? new QueryParameters();
        return known.Check(call.HttpContext.Request.Query) is { } broken
            ? ValueTask.FromResult<object?>(new ProblemResult(Problem.InvalidRequest(broken)))
            : next(call);
    }

    private string? Check(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return $"The query parameter {Quotation.Of(name)} is not known here; "
                    + (Names.Length == 0 ? "none is." : $"known are {string.Join(", ", Names)}.");
            }

            if (values.Count > 1)
            {
                return $"The query parameter {Quotation.Of(name)} is there {values.Count} times; one is expected.";
            }
        }

        return null;
    }
}
