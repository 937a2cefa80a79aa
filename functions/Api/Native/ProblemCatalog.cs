using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native;

/// <summary><c>GET /api/v1/problems/{code}</c>: what the <c>type</c> of a problem points to.</summary>
internal static class ProblemCatalog
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/problems/{code}", static (string code) =>
        {
            var rule = Enum.GetValues<ProblemCode>().Select(ProblemRules.Of).FirstOrDefault(rule => rule.Name == code);
            return rule is null
                ? Results.StatusCode(StatusCodes.Status404NotFound)
                : Results.Text(
                    $"{rule.Name}: {rule.Title}\nstatus: {rule.Status}\n"
                    + $"retryable: {(rule.Retryable ? "true" : "false")}\n"
                    + $"side_effects: {ProblemRules.NameOf(rule.SideEffects)}\n");
        }).Open("It explains what errors mean, and nothing else.");
}
