namespace Serverless.Functions.Api.Security;

/// <summary>Judges tokens that somebody else has issued.</summary>
internal interface ITokenVerifier
{
    /// <summary>The verdict on a token that was good a moment ago, or null; costs next to nothing.</summary>
    /// <param name="token">Any text, as it was sent.</param>
    TokenVerdict.Valid? Find(string token);

    /// <summary>
    /// Whether a token was good when it was last judged, however long ago, and has not expired: nobody but its owner can
    /// make one. Bounded, so it may have been forgotten; costs next to nothing.
    /// </summary>
    /// <param name="token">Any text, as it was sent.</param>
    bool WasGood(string token);

    /// <summary>Judges a token.</summary>
    /// <param name="token">Any text, as it was sent.</param>
    /// <param name="cancellationToken">Abandons the wait for the issuer's keys.</param>
    ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken);
}
