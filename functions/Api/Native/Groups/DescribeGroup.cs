using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary><c>GET</c> and <c>DELETE /api/v1/groups/{group}</c>.</summary>
internal static class DescribeGroup
{
    public static async Task<IResult> GetAsync(HttpContext context, GroupCoordinator groups, string group) =>
        GroupProblems.Read(group, out var id) is { } refused ? new ProblemResult(refused)
        : await groups.DescribeAsync(id, context.RequestAborted) is { } described
            ? new JsonResult(json => GroupAnswer.Write(json, described, Caller.Of(context)))
            : new ProblemResult(GroupProblems.NotFound(id));

    public static async Task<IResult> DeleteAsync(HttpContext context, GroupCoordinator groups, string group) =>
        (GroupProblems.Read(group, out var id)
            ?? GroupProblems.Of(await groups.DeleteAsync(id, context.RequestAborted))) is { } problem
                ? new ProblemResult(problem)
                : TypedResults.NoContent();
}
