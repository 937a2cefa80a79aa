using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>
/// That a route carries records, and so which byte quota counts it; stands at the route as metadata. A route without it
/// counts as a request only: whoever has used up his bytes still commits, settles and keeps his place in a group.
/// </summary>
/// <param name="Kind">
/// <see cref="QuotaKind.ProducerByteRate"/>, which counts bodies of requests, or <see
/// cref="QuotaKind.ConsumerByteRate"/>, which counts answers.
/// </param>
internal sealed record Carries(QuotaKind Kind)
{
    public static Carries Produced { get; } = new(QuotaKind.ProducerByteRate);

    public static Carries Consumed { get; } = new(QuotaKind.ConsumerByteRate);
}
