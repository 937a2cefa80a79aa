using System.Collections.Immutable;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>Whose tokens are taken, and what they must say.</summary>
public sealed record TokenSettings
{
    /// <summary>The OpenID metadata of the issuer, which names it and its keys.</summary>
    public required Uri Metadata { get; init; }

    /// <summary>For whom a token must be issued: one of these. At least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Who may have issued it; empty for the one that the metadata names.</summary>
    public ImmutableArray<string> Issuers { get; init; } = [];

    /// <summary>A token must have one of these scopes or one of <see cref="Roles"/>, when there are any.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>See <see cref="Scopes"/>.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Whoever has one of these roles may do everything.</summary>
    public ImmutableArray<string> SuperRoles { get; init; } = [];

    /// <summary>
    /// The claim that names the principal. Entra's <c>oid</c> is the same for a person or program in all tokens of a
    /// tenant, never changes, and is never given to another one; names and mail addresses are none of that.
    /// </summary>
    public string PrincipalClaim { get; init; } = "oid";

    /// <summary>How far the clocks of the issuer and of this node may be apart.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(1);
}
