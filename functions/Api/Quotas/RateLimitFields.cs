using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>
/// The headers <c>RateLimit-Policy</c> and <c>RateLimit</c> of the IETF's draft-ietf-httpapi-ratelimit-headers: which
/// quotas count a request, and what is left of them when it comes.
/// </summary>
internal static class RateLimitFields
{
    public const string Policy = "RateLimit-Policy";
    public const string Limit = "RateLimit";

    /// <summary>Adds what is to be said of one quota.</summary>
    /// <param name="headers">Of the answer.</param>
    /// <param name="type">Whom or what the quota limits.</param>
    /// <param name="kind">What it counts.</param>
    /// <param name="rate">The quota.</param>
    /// <param name="remaining">What is left, in whole units.</param>
    /// <param name="fullAfter">When all of it is there again.</param>
    public static void Add(
        IHeaderDictionary headers,
        QuotaEntityType type,
        QuotaKind kind,
        QuotaRate rate,
        Int128 remaining,
        TimeSpan fullAfter)
    {
        var name = $"\"{QuotaWords.Of(type)}_{QuotaWords.Of(kind)}\"";
        var unit = kind == QuotaKind.RequestRate ? "" : ";qu=\"content-bytes\"";
        headers.Append(Policy, Text($"{name};q={rate.Burst};w={Seconds(rate.Window)}{unit}"));
        headers.Append(Limit, Text($"{name};r={remaining};t={Seconds(fullAfter)}"));
    }

    private static long Seconds(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
