using System.Text.Json.Serialization;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Native.Quotas;

/// <summary>The bodies of requests that set quotas; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(QuotaBody))]
internal sealed partial class QuotaBodies : JsonSerializerContext;

/// <summary>All quotas of one principal or topic; what is missing or null is not limited by it.</summary>
/// <param name="ProducerByteRate">Bytes a second.</param>
/// <param name="ConsumerByteRate">Bytes a second.</param>
/// <param name="RequestRate">Requests a second.</param>
internal sealed record QuotaBody(long? ProducerByteRate = null, long? ConsumerByteRate = null, long? RequestRate = null)
{
    /// <summary>The same for the engine.</summary>
    public QuotaLimits Limits => new(ProducerByteRate, ConsumerByteRate, RequestRate);
}
