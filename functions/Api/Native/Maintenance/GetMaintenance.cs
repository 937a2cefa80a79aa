using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Maintenance;

/// <summary>
/// <c>GET /api/v1/maintenance</c>: what keepers of all nodes did last, and a page of the topics in the order of their
/// ids.
/// </summary>
internal static class GetMaintenance
{
    private const int PageDefault = 100;
    private const int PageMax = 1_000;

    public static async Task<IResult> HandleAsync(HttpContext context, Keeper keeper, OffsetCleanup cleanup)
    {
        if (Read(context.Request.Query, out var after, out var limit) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var aborted = context.RequestAborted;
        var run = await keeper.ReadRunAsync(aborted);
        var groups = await cleanup.ReadAsync(aborted);

        // One more than the page shows whether there is another page.
        var topics = new List<TopicMaintenance>();
        await foreach (var topic in keeper.ReadTopicsAsync(after, aborted))
        {
            topics.Add(topic);
            if (topics.Count > limit)
            {
                break;
            }
        }

        return new JsonResult(json =>
        {
            MaintenanceAnswer.Write(json, run);
            MaintenanceAnswer.Write(json, "groups", groups);
            json.WriteStartArray("topics");
            foreach (var topic in topics.Take(limit))
            {
                MaintenanceAnswer.Write(json, topic);
            }

            json.WriteEndArray();
            json.WriteString("next", topics.Count > limit ? topics[limit - 1].Id.ToString() : null);
        });
    }

    private static string? Read(IQueryCollection query, out TopicId? after, out int limit)
    {
        (after, limit) = (null, PageDefault);
        if (query["limit"].ToString() is { Length: > 0 } text)
        {
            if (!QueryText.TryNumber(text, out var number) || number is < 1 or > PageMax)
            {
                return $"'limit' is {Quotation.Of(text)}; it is a number from 1 to {PageMax}.";
            }

            limit = (int)number;
        }

        if (query["after"].ToString() is { Length: > 0 } last)
        {
            try
            {
                after = TopicId.Parse(last);
            }
            catch (CorruptDataException)
            {
                return $"'after' is {Quotation.Of(last)}; it is the 'next' of the page before.";
            }
        }

        return null;
    }
}
