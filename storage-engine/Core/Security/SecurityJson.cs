using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Security;

/// <summary>The JSON of the rows of table partition <c>security</c>; member names are stored and must stay.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SecurityHeadRow))]
[JsonSerializable(typeof(AclRow))]
[JsonSerializable(typeof(ApiKeyRow))]
[JsonSerializable(typeof(QuotaRow))]
internal sealed partial class SecurityJson : JsonSerializerContext;

/// <summary>What stands beside all changes.</summary>
/// <param name="V">The version of all rows of the partition: <see cref="SecurityRows.Version"/>.</param>
/// <param name="Acls">The number of rights.</param>
/// <param name="Keys">The number of keys.</param>
/// <param name="Quotas">
/// The number of quotas; missing where a program has written that knows none, which leaves their rows as they are.
/// </param>
internal sealed record SecurityHeadRow(int V, int Acls, int Keys, int? Quotas = null);

/// <summary>A right, in Kafka's words.</summary>
internal sealed record AclRow(
    string ResourceType,
    string ResourceName,
    string PatternType,
    string Principal,
    string Operation,
    string Permission);

/// <summary>A key.</summary>
/// <param name="Principal">Whom it stands for.</param>
/// <param name="SecretSha256">The hash of its secret, hexadecimal.</param>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
internal sealed record ApiKeyRow(string Principal, string SecretSha256, long CreatedAt);

/// <summary>The quotas of one principal or topic; what is not limited is left out.</summary>
/// <param name="EntityType">One of <c>user</c> and <c>topic</c>.</param>
/// <param name="EntityName">A principal, a topic, or <c>&lt;default&gt;</c>.</param>
/// <param name="ProducerByteRate">Bytes a second.</param>
/// <param name="ConsumerByteRate">Bytes a second.</param>
/// <param name="RequestRate">Requests a second.</param>
internal sealed record QuotaRow(
    string EntityType,
    string EntityName,
    long? ProducerByteRate = null,
    long? ConsumerByteRate = null,
    long? RequestRate = null);
