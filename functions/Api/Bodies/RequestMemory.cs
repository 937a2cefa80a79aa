using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// What all requests of a node hold in memory together, bounded by <see cref="ApiSettings.RequestMemoryBytesMax"/>.
/// Without it the bounds of single requests, times the connections, would be more than a node has.
/// </summary>
internal sealed class RequestMemory(ApiSettings settings)
{
    private readonly ByteBudget _budget = new(settings.RequestMemoryBytesMax);

    /// <summary>What is held now.</summary>
    public long HeldBytes => _budget.Taken;

    /// <summary>Opens the share of a request, which goes back when the request has been answered.</summary>
    /// <param name="context">The request.</param>
    public MemoryShare ShareOf(HttpContext context)
    {
        var share = new MemoryShare(_budget);
        context.Response.RegisterForDispose(share);
        return share;
    }
}
