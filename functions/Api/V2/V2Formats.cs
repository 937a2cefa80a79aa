using System.Collections.Frozen;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;

namespace Serverless.Functions.Api.V2;

/// <summary>The media types of v2 that carry records, and the embedded format that each stands for.</summary>
internal static class V2Formats
{
    public const string Binary = "binary";
    public const string Json = "json";

    /// <summary>The class of all formats that need a schema registry, which this server does not have.</summary>
    public const string Schema = "schema";

    public const string BinaryType = "application/vnd.kafka.binary.v2+json";
    public const string JsonType = "application/vnd.kafka.json.v2+json";

    public const string AvroType = "application/vnd.kafka.avro.v2+json";
    public const string JsonSchemaType = "application/vnd.kafka.jsonschema.v2+json";
    public const string ProtobufType = "application/vnd.kafka.protobuf.v2+json";

    private static readonly FrozenDictionary<string, string> Formats = new Dictionary<string, string>
    {
        [BinaryType] = Binary,
        [JsonType] = Json,
        [AvroType] = Schema,
        [JsonSchemaType] = Schema,
        [ProtobufType] = Schema,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What a produce takes: the formats that can be stored; <c>application/json</c> means the second.
    /// </summary>
    public static string[] OfProduce { get; } = [BinaryType, JsonType, MediaTypes.Json];

    /// <summary>What a read can answer with, the best first.</summary>
    public static string[] OfRecords { get; } =
        [BinaryType, ConfluentMediaTypes.V2, JsonType, AvroType, JsonSchemaType, ProtobufType];

    /// <summary>
    /// What the other consumer resources can answer with, and take: clients often send one type with everything.
    /// </summary>
    public static string[] OfConsumers { get; } =
        [ConfluentMediaTypes.V2, BinaryType, JsonType, AvroType, JsonSchemaType, ProtobufType];

    /// <summary>The media type of a format.</summary>
    public static string TypeOf(string format) => format == Json ? JsonType : BinaryType;

    /// <summary>
    /// The format, or class of formats, that a media type of records stands for; the plain v2 type means binary.
    /// </summary>
    public static string FormatOf(string mediaType) => Formats.GetValueOrDefault(mediaType, Binary);
}
