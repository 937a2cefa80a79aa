using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>What a token is worth.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>It says truly who makes the request.</summary>
    /// <param name="Principal">Who.</param>
    /// <param name="IsSuper">Whether it names a role whose members may do everything.</param>
    /// <param name="ExpiresAt">From when on it is worth nothing.</param>
    public sealed record Valid(Principal Principal, bool IsSuper, DateTimeOffset ExpiresAt) : TokenVerdict;

    /// <summary>It is worth nothing.</summary>
    /// <param name="Problem">Why, without a word of the token.</param>
    public sealed record Refused(Problem Problem) : TokenVerdict;
}
