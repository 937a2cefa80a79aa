using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Security;

/// <summary>The JSON of the rows of table partition <c>security</c>; member names are stored and must stay.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SecurityHeadRow))]
[JsonSerializable(typeof(AclRow))]
[JsonSerializable(typeof(ApiKeyRow))]
internal sealed partial class SecurityJson : JsonSerializerContext;

/// <summary>What stands beside all changes.</summary>
/// <param name="V">The version of all rows of the partition: <see cref="SecurityRows.Version"/>.</param>
/// <param name="Acls">The number of rights.</param>
/// <param name="Keys">The number of keys.</param>
internal sealed record SecurityHeadRow(int V, int Acls, int Keys);

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
