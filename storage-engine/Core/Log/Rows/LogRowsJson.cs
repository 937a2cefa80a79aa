using System.Text.Json.Serialization;
using Serverless.StorageEngine.Leases;

namespace Serverless.StorageEngine.Log.Rows;

/// <summary>The rows of a log are JSON, so that an operator can read them in any table browser.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HeadRow))]
[JsonSerializable(typeof(SegmentRow))]
[JsonSerializable(typeof(DiscardRow))]
[JsonSerializable(typeof(Lease))]
internal sealed partial class LogRowsJson : JsonSerializerContext;
