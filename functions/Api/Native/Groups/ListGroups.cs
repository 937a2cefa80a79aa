using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary><c>GET /api/v1/groups</c>: a page of the groups.</summary>
internal static class ListGroups
{
    private const int PageDefault = 100;
    private const int PageMax = 1_000;

    public static async Task<IResult> HandleAsync(HttpContext context, GroupCoordinator groups)
    {
        var (query, limit) = (context.Request.Query, (long)PageDefault);
        if (query["limit"].ToString() is { Length: > 0 } text
            && (!QueryText.TryNumber(text, out limit) || limit is < 1 or > PageMax))
        {
            return new ProblemResult(Problem.InvalidRequest(
                $"'limit' is {Quotation.Of(text)}; it is a number from 1 to {PageMax}."));
        }

        GroupId? after = null;
        if (query["after"].ToString() is { Length: > 0 } name)
        {
            if (GroupProblems.Read(name, out var last) is { } refused)
            {
                return new ProblemResult(refused);
            }

            after = last;
        }

        var (page, more) = await ReadAsync(groups, Caller.Of(context), after, (int)limit, context.RequestAborted);
        return new JsonResult(json => Write(json, page, more));
    }

    // One more than the page shows whether there is another page.
    private static async ValueTask<(List<Entry> Page, bool More)> ReadAsync(
        GroupCoordinator groups, Caller caller, GroupId? after, int limit, CancellationToken cancellationToken)
    {
        var page = new List<Entry>();
        await foreach (var group in GroupListing.DescribeAsync(groups, caller, after, cancellationToken))
        {
            if (page.Count == limit)
            {
                return (page, true);
            }

            page.Add(new Entry(group.Group, group.State.Phase, group.State.Members.Count));
        }

        return (page, false);
    }

    private static void Write(Utf8JsonWriter json, List<Entry> page, bool more)
    {
        json.WriteStartArray("groups");
        foreach (var group in page)
        {
            json.WriteStartObject();
            json.WriteString("group", group.Group.Value);
            json.WriteString("state", GroupAnswer.NameOf(group.Phase));
            json.WriteNumber("members", group.Members);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next", more ? page[^1].Group.Value : null);
    }

    // Not the description: a page of groups with thousands of offsets each must not hold them all.
    private sealed record Entry(GroupId Group, GroupPhase Phase, int Members);
}
