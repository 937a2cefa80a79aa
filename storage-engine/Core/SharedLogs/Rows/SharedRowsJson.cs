using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.SharedLogs.Rows;

/// <summary>The rows of a shared log are JSON, so that an operator can read them in any table browser.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SharedHeadRow))]
[JsonSerializable(typeof(CarrierRow))]
[JsonSerializable(typeof(SharedRegistration))]
internal sealed partial class SharedRowsJson : JsonSerializerContext;
