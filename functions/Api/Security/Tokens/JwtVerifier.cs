using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>Judges the tokens (JWT) of Entra ID, or of another issuer with OpenID metadata.</summary>
internal sealed class JwtVerifier : ITokenVerifier
{
    private static readonly TokenVerdict KeysMissing = new TokenVerdict.Refused(new(
        ProblemCode.IssuerUnavailable, "The keys of the issuer of tokens could not be read; API keys are taken."));

    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenSettings _settings;
    private readonly TimeProvider _time;
    private readonly IssuerKeys _keys;
    private readonly VerdictCache _verdicts;

    /// <summary>Fetches nothing before the first token comes.</summary>
    /// <param name="settings">Whose tokens are taken.</param>
    /// <param name="documents">Fetches metadata.</param>
    /// <param name="time">The only clock.</param>
    public JwtVerifier(TokenSettings settings, IDocumentRetriever documents, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        (_keys, _verdicts) = (new(settings, documents, time), new(time));
    }

    /// <inheritdoc/>
    public TokenVerdict.Valid? Find(string token) => _verdicts.Find(token);

    /// <inheritdoc/>
    public bool WasGood(string token) => _verdicts.WasGood(token);

    /// <inheritdoc/>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        // What is no token at all makes nobody ask the issuer for anything.
        if (!_handler.CanReadToken(token))
        {
            return TokenRules.Refusal(null);
        }

        if (await _keys.GetAsync(cancellationToken) is not { } issuer)
        {
            return KeysMissing;
        }

        var result = await ValidateAsync(token, issuer);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The issuer may have begun to sign with its next key.
            issuer = await _keys.RefreshAsync(cancellationToken) ?? issuer;
            result = await ValidateAsync(token, issuer);
        }

        var verdict = result is { IsValid: true, SecurityToken: JsonWebToken read }
            ? TokenRules.Judge(read, _settings, _time.GetUtcNow())
            : TokenRules.Refusal(result.Exception);
        Remember(token, verdict);
        return verdict;
    }

    private void Remember(string token, TokenVerdict verdict)
    {
        if (verdict is TokenVerdict.Valid valid)
        {
            _verdicts.Remember(token, valid);
        }
        else
        {
            _verdicts.Forget(token);
        }
    }

    private Task<TokenValidationResult> ValidateAsync(string token, OpenIdConnectConfiguration issuer) =>
        _handler.ValidateTokenAsync(token, TokenRules.Parameters(_settings, issuer.Issuer, issuer.SigningKeys));
}
