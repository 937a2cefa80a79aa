using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Api.Security;

/// <summary>
/// Asks again what a request was let in for: streams and live tails last, and a key may be revoked, a right taken, a
/// token expire meanwhile. As long as nothing changed that costs next to nothing.
/// </summary>
/// <param name="security">The rights and keys.</param>
/// <param name="time">The only clock.</param>
internal sealed class CallerWatch(SecurityCatalog security, TimeProvider time)
{
    /// <summary>Why a caller may go on no longer, or null.</summary>
    /// <param name="caller">Who was let in.</param>
    /// <param name="right">What for.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask<Problem?> CheckAsync(
        Caller caller, Right right, string name, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() >= caller.ExpiresAt)
        {
            return AccessProblems.Unauthenticated("The token has expired.");
        }

        try
        {
            var view = await security.ReadAsync(cancellationToken);
            return caller.KeyId is { } key && view.State.Keys.GetValueOrDefault(key)?.Principal != caller.Principal
                ? AccessProblems.UnknownKey
                : caller.IsSuper || view.IsAllowed(caller.Principal, right.Operation, right.Type, name)
                    ? null
                    : AccessProblems.Forbidden(right, name);
        }
        catch (StorageUnavailableException unavailable)
        {
            return Failures.ProblemOf(unavailable);
        }
    }
}
