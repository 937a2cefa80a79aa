using System.Globalization;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>What those are told who have used up a quota. Pure.</summary>
internal static class QuotaProblems
{
    /// <summary>A quota is used up; nothing of the request was looked at.</summary>
    /// <param name="entity">Whose it is.</param>
    /// <param name="kind">What it counts.</param>
    /// <param name="perSecond">The quota.</param>
    /// <param name="wait">When a request will be served again.</param>
    public static Problem Exceeded(QuotaEntity entity, QuotaKind kind, long perSecond, TimeSpan wait) => new(
        ProblemCode.ThrottlingQuotaExceeded,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The quota {QuotaWords.Of(kind)} of {Named(entity)} is {perSecond} a second on this node, and used up."))
    {
        RetryAfter = wait,
    };

    /// <summary>Too much that was wrong came from one address, or from all together.</summary>
    /// <param name="wait">When something unknown will be looked at again.</param>
    /// <param name="fromOne">Whether it was one address.</param>
    public static Problem TooManyFailedLogins(TimeSpan wait, bool fromOne) => new(
        ProblemCode.ThrottlingQuotaExceeded,
        $"Too many wrong keys and tokens came {(fromOne ? "from this address" : "to this node")}; "
        + "what is not known to be good is not looked at for now.")
    {
        RetryAfter = wait,
    };

    private static string Named(QuotaEntity entity) =>
        entity.Type == QuotaEntityType.User ? entity.Name : $"topic '{entity.Name}'";
}
