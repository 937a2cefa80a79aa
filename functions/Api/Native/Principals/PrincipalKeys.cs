using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Principals;

/// <summary>
/// <c>/api/v1/principals/{principal}/keys</c>: lists, makes and revokes keys. A secret is shown once, in the answer
/// that
/// makes the key; what is stored is a hash.
/// </summary>
internal static class PrincipalKeys
{
    public static async Task<IResult> ListAsync(HttpContext context, SecurityCatalog security, string principal)
    {
        if (Read(principal, out var read) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var view = await security.ReadAsync(context.RequestAborted);
        return new JsonResult(json => KeyAnswer.Write(json, read, view.State.KeysOf(read)));
    }

    public static async Task<IResult> CreateAsync(
        HttpContext context, SecurityCatalog security, SecretBytes secrets, TimeProvider time, string principal)
    {
        if (Read(principal, out var read) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var drawn = NewApiKey.Draw(secrets);
        var key = drawn.For(read, time.GetUtcNow());
        if (await security.AddKeyAsync(key, context.RequestAborted) is { } problem)
        {
            return new ProblemResult(new(CodeOf(problem.Code), problem.Detail));
        }

        return new JsonResult(
            json =>
            {
                json.WriteString("principal", read.ToString());
                json.WriteString("key", drawn.Id);
                json.WriteString("secret", drawn.Secret);
                json.WriteString("created_at", KeyAnswer.Time(key.CreatedAt));
            },
            StatusCodes.Status201Created);
    }

    public static async Task<IResult> RevokeAsync(
        HttpContext context, SecurityCatalog security, string principal, string key) =>
        Read(principal, out var read) is { } refused ? new ProblemResult(refused)
        : await security.RevokeKeyAsync(read, key, context.RequestAborted) ? TypedResults.NoContent()
        : new ProblemResult(new(ProblemCode.NotFound, $"{read} has no key {Quotation.Of(key)}."));

    private static Problem? Read(string text, out Principal principal) =>
        Principal.TryParse(text, out principal, out var broken)
            ? null
            : new(ProblemCode.InvalidPrincipal, $"{Quotation.Of(text)} is no principal: {broken}.");

    private static ProblemCode CodeOf(ApiKeyProblemCode code) => code switch
    {
        ApiKeyProblemCode.InvalidPrincipal => ProblemCode.InvalidPrincipal,
        ApiKeyProblemCode.TooManyKeys => ProblemCode.TooManyKeys,
        _ => throw new UnreachableException($"No problem is defined for {code}."),
    };
}
