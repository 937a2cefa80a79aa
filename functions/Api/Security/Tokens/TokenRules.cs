using System.Collections.Immutable;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>What tokens must be and say beside a signature that is good. Pure.</summary>
internal static class TokenRules
{
    /// <summary>
    /// The algorithms that are taken: those that sign with a key which nobody but the issuer has. With one of the HS
    /// family, whoever knows the public key could sign; with none, anybody.
    /// </summary>
    public static readonly ImmutableArray<string> Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Types = ["JWT", "at+jwt"];

    /// <summary>What the library checks: algorithm, key, signature, type, issuer and audience.</summary>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="issuer">The issuer that the metadata names.</param>
    /// <param name="keys">The issuer's keys; the one that the token names must be among them.</param>
    public static TokenValidationParameters Parameters(
        TokenSettings settings, string? issuer, IEnumerable<SecurityKey> keys) => new()
        {
            ValidAlgorithms = Algorithms,
            ValidTypes = Types,
            RequireSignedTokens = true,
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = false,
            ValidIssuers = settings.Issuers.IsEmpty ? [issuer ?? ""] : settings.Issuers,
            ValidAudiences = settings.Audiences,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IncludeTokenOnFailedValidation = false,

            // Judged here, by the clock of the node.
            ValidateLifetime = false,
        };

    /// <summary>Judges what a token says whose signature is good.</summary>
    /// <param name="token">The token.</param>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="now">The instant of the request.</param>
    public static TokenVerdict Judge(JsonWebToken token, TokenSettings settings, DateTimeOffset now)
    {
        // RFC 7515, 4.1.11: who does not understand what a token calls critical must refuse it; nothing of it is known here.
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            return Refused("The token calls header parameters critical that are not known here.");
        }

        if (!TryTime(token, JwtRegisteredClaimNames.Exp, out var expires))
        {
            return Refused("The token does not say when it expires.");
        }

        if (now >= expires + settings.ClockSkew)
        {
            return Refused("The token has expired.");
        }

        if (TryTime(token, JwtRegisteredClaimNames.Nbf, out var begins) && now < begins - settings.ClockSkew)
        {
            return Refused("The token is not valid yet.");
        }

        var (scopes, roles) = (Words(token, "scp"), Texts(token, "roles"));
        if (!(settings.Scopes.IsEmpty && settings.Roles.IsEmpty)
            && !settings.Scopes.Any(scopes.Contains)
            && !settings.Roles.Any(roles.Contains))
        {
            return Refused("The token has none of the scopes and roles that are taken here.");
        }

        return token.TryGetPayloadValue<string>(settings.PrincipalClaim, out var name)
            && Principal.TryName(name, out var principal, out _)
            && principal.CanLogIn
            ? new TokenVerdict.Valid(principal, settings.SuperRoles.Any(roles.Contains), expires + settings.ClockSkew)
            : Refused($"The token has no claim '{settings.PrincipalClaim}' that can name a principal.");
    }

    /// <summary>What is said of a token that the library refused; nothing that the token holds.</summary>
    /// <param name="exception">Why it was refused.</param>
    public static TokenVerdict.Refused Refusal(Exception? exception) => Refused(exception switch
    {
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidIssuerException => "The token has another issuer.",
        SecurityTokenSignatureKeyNotFoundException => "The token is signed by a key that its issuer does not have.",
        SecurityTokenInvalidTypeException => "The token is of another type.",
        SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSignatureException =>
            "The token's signature is not good.",
        _ => "The token is not one that can be judged.",
    });

    private static TokenVerdict.Refused Refused(string detail) => new(AccessProblems.Unauthenticated(detail));

    private static bool TryTime(JsonWebToken token, string claim, out DateTimeOffset time)
    {
        // Bounded so that no clock skew leads beyond what an instant can be.
        var isThere = token.TryGetPayloadValue<long>(claim, out var seconds) && seconds is > 0 and < 250_000_000_000;
        time = isThere ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return isThere;
    }

    private static HashSet<string> Words(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text)
            ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            : [];

    private static HashSet<string> Texts(JsonWebToken token, string claim) => token.Claims
        .Where(one => one.Type == claim)
        .Select(static one => one.Value)
        .ToHashSet(StringComparer.Ordinal);
}
