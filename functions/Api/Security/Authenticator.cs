using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Quotas;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>Finds out who makes a request, from what it shows.</summary>
/// <remarks>
/// Whoever shows something wrong is refused, and never taken for one who shows nothing. Nodes do not ask each other
/// for anything, so there is no header by which one could tell another who a client is, and none that could be forged.
/// </remarks>
internal sealed class Authenticator(
    SecurityCatalog security,
    AccessSettings settings,
    IEnumerable<ITokenVerifier> verifiers,
    CallerWatch watch,
    FailedLogins failures)
{
    /// <summary>What <c>WWW-Authenticate</c> says beside 401.</summary>
    public static readonly StringValues Challenges = new(
        ["Basic realm=\"Serverless\", charset=\"UTF-8\"", "Bearer realm=\"Serverless\""]);

    /// <summary>What it says when what was shown is worth nothing (RFC 6750, 3.1).</summary>
    public static readonly StringValues ChallengesAnew = new(
        [Challenges[0]!, Challenges[1] + ", error=\"invalid_token\""]);

    private readonly ITokenVerifier? _verifier = verifiers.FirstOrDefault();
    private readonly Caller _all = new(Principal.Anonymous, isSuper: true, view: null, watch: null);

    /// <summary>Finds out who makes a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <returns>Who, or why nobody.</returns>
    public ValueTask<(Caller? Caller, Problem? Problem)> AuthenticateAsync(
        HttpRequest request, CancellationToken cancellationToken) =>
        Credentials.Read(request.Headers.Authorization) switch
        {
            Credentials.None => NobodyAsync(request, cancellationToken),
            Credentials.AzureKey when settings.Anonymous == AnonymousAccess.All =>
                NobodyAsync(request, cancellationToken),
            Credentials.AzureKey => Refused(AccessProblems.UnknownKey),
            Credentials.Key key => OfKeyAsync(request, key, cancellationToken),
            Credentials.Token token => OfTokenAsync(request, token, cancellationToken),
            _ => Refused(AccessProblems.Malformed),
        };

    private ValueTask<(Caller? Caller, Problem? Problem)> NobodyAsync(
        HttpRequest request, CancellationToken cancellationToken) => settings.Anonymous switch
        {
            AnonymousAccess.None => Refused(AccessProblems.NothingShown),
            _ when WebPageRules.RefusalOf(request, settings.OnLoopbackOnly) is { } refusal => Refused(refusal),
            AnonymousAccess.All => new((_all, null)),
            _ => OfAsync(Principal.Anonymous, isSuper: false, cancellationToken),
        };

    private async ValueTask<(Caller? Caller, Problem? Problem)> OfKeyAsync(
        HttpRequest request, Credentials.Key key, CancellationToken cancellationToken)
    {
        var view = await security.ReadAsync(cancellationToken);
        return ApiKeyRules.PrincipalOf(view.State, key.Id, key.Secret) is { } principal
            ? (new Caller(principal, settings.SuperUsers.Contains(principal), view, watch) { KeyId = key.Id }, null)
            : (null, Failed(request, AccessProblems.UnknownKey));
    }

    private async ValueTask<(Caller? Caller, Problem? Problem)> OfTokenAsync(
        HttpRequest request, Credentials.Token token, CancellationToken cancellationToken)
    {
        if (_verifier is null)
        {
            return (null, Failed(request, AccessProblems.TokensNotTaken));
        }

        var verdict = _verifier.Find(token.Text)
            ?? (!_verifier.WasGood(token.Text) && failures.RefusalOf(request) is { } unseen
                ? new TokenVerdict.Refused(unseen)
                : await _verifier.VerifyAsync(token.Text, cancellationToken));
        if (verdict is not TokenVerdict.Valid valid)
        {
            return (null, Failed(request, ((TokenVerdict.Refused)verdict).Problem));
        }

        var view = await security.ReadAsync(cancellationToken);
        var isSuper = valid.IsSuper || settings.SuperUsers.Contains(valid.Principal);
        return (new Caller(valid.Principal, isSuper, view, watch) { ExpiresAt = valid.ExpiresAt }, null);
    }

    private async ValueTask<(Caller? Caller, Problem? Problem)> OfAsync(
        Principal principal, bool isSuper, CancellationToken cancellationToken) =>
        (new Caller(principal, isSuper, await security.ReadAsync(cancellationToken), watch), null);

    // What was not looked at has not failed.
    private Problem Failed(HttpRequest request, Problem problem) =>
        problem.Code == ProblemCode.SaslAuthenticationFailed ? failures.Count(request) ?? problem : problem;

    private static ValueTask<(Caller? Caller, Problem? Problem)> Refused(Problem problem) => new((null, problem));
}
