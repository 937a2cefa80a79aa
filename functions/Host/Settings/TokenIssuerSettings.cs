using System.Collections.Immutable;
using Serverless.Functions.Api.Security.Tokens;

namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of whose tokens are taken: Entra ID, or another issuer with OpenID metadata.</summary>
internal static class TokenIssuerSettings
{
    private const string Several = "one or more texts without spaces at their ends, separated by semicolons";

    /// <summary>See <see cref="TokenSettings.Metadata"/>.</summary>
    public static readonly Setting<string> Metadata = Setting.Text(
        "jwt-metadata",
        "",
        "an https address such as https://login.microsoftonline.com/TENANT/v2.0/.well-known/openid-configuration",
        "takes tokens (JWT) of the issuer that these OpenID metadata name",
        static text => Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)));

    /// <summary>See <see cref="TokenSettings.Audiences"/>.</summary>
    public static readonly Setting<string> Audiences = Setting.Text(
        "jwt-audiences", "", Several, "for whom tokens must be issued: one of these, such as api://APP-ID");

    /// <summary>See <see cref="TokenSettings.Issuers"/>.</summary>
    public static readonly Setting<string> Issuers = Setting.Text(
        "jwt-issuers", "", Several, "who may have issued tokens; left out, the issuer that the metadata name");

    /// <summary>See <see cref="TokenSettings.Scopes"/>.</summary>
    public static readonly Setting<string> Scopes = Setting.Text(
        "jwt-scopes", "", Several, "a token must have one of these scopes, or one of --jwt-roles");

    /// <summary>See <see cref="TokenSettings.Roles"/>.</summary>
    public static readonly Setting<string> Roles = Setting.Text(
        "jwt-roles", "", Several, "a token must have one of these app roles, or one of --jwt-scopes");

    /// <summary>See <see cref="TokenSettings.SuperRoles"/>.</summary>
    public static readonly Setting<string> SuperRoles = Setting.Text(
        "jwt-super-roles", "", Several, "whose token has one of these app roles may do everything");

    /// <summary>See <see cref="TokenSettings.PrincipalClaim"/>.</summary>
    public static readonly Setting<string> PrincipalClaim = Setting.Text(
        "jwt-principal-claim", "oid", "the name of a claim", "the claim of a token that names its principal");

    /// <summary>See <see cref="TokenSettings.ClockSkew"/>.</summary>
    public static readonly Setting<TimeSpan> ClockSkew = Setting.Milliseconds(
        "jwt-clock-skew-ms",
        TimeSpan.FromMinutes(1),
        0,
        600_000,
        "how far the clocks of the issuer and of this node may be apart");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Metadata, Audiences, Issuers, Scopes, Roles, SuperRoles, PrincipalClaim, ClockSkew];

    /// <summary>Puts the values together; null when no tokens are taken.</summary>
    /// <param name="values">What the operator set.</param>
    public static TokenSettings? Read(SettingValues values)
    {
        var metadata = values.Get(Metadata);
        var audiences = Split(values.Get(Audiences));
        if (metadata.Length > 0 != audiences.Length > 0)
        {
            // Without an audience, a token for any other application of the tenant would be taken.
            values.Refuse("--jwt-metadata and --jwt-audiences go together; only one of them is set.");
        }

        return metadata.Length == 0 || audiences.IsEmpty ? null : new TokenSettings
        {
            Metadata = new Uri(metadata),
            Audiences = audiences,
            Issuers = Split(values.Get(Issuers)),
            Scopes = Split(values.Get(Scopes)),
            Roles = Split(values.Get(Roles)),
            SuperRoles = Split(values.Get(SuperRoles)),
            PrincipalClaim = values.Get(PrincipalClaim),
            ClockSkew = values.Get(ClockSkew),
        };
    }

    private static ImmutableArray<string> Split(string text) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
