using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Principals;

/// <summary><c>GET /api/v1/principals</c>: a page of those that have keys, by name.</summary>
internal static class ListPrincipals
{
    private const int PageDefault = 100;
    private const int PageMax = 1_000;

    public static async Task<IResult> HandleAsync(HttpContext context, SecurityCatalog security)
    {
        var (query, limit) = (context.Request.Query, (long)PageDefault);
        if (query["limit"].ToString() is { Length: > 0 } text
            && (!QueryText.TryNumber(text, out limit) || limit is < 1 or > PageMax))
        {
            return new ProblemResult(Problem.InvalidRequest(
                $"'limit' is {Quotation.Of(text)}; it is a number from 1 to {PageMax}."));
        }

        var after = query["after"].ToString();
        var (state, left) = ((await security.ReadAsync(context.RequestAborted)).State, (int)limit);
        var principals = state.Keys.Values.Select(static key => key.Principal).Distinct()
            .Where(principal => string.CompareOrdinal(principal.ToString(), after) > 0)
            .OrderBy(static principal => principal.Name, StringComparer.Ordinal)
            .Take(left + 1)
            .ToList();
        return new JsonResult(json =>
        {
            json.WriteStartArray("principals");
            foreach (var principal in principals.Take(left))
            {
                json.WriteStartObject();
                KeyAnswer.Write(json, principal, state.KeysOf(principal));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next", principals.Count > left ? principals[left - 1].ToString() : null);
        });
    }
}
