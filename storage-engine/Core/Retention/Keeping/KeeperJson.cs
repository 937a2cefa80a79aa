using System.Text.Json.Serialization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>The JSON of the keepers' rows; persisted, so members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TopicKeeperRow))]
[JsonSerializable(typeof(KeeperRunRow))]
internal sealed partial class KeeperJson : JsonSerializerContext
{
    /// <summary>The version of the rows.</summary>
    public const int Form = 1;

    /// <summary>Reads a node's id as rows hold it.</summary>
    public static Bits128 NodeIdOf(TableRow row, string text) =>
        Bits128.TryParse(text, out var id)
            ? id
            : throw new CorruptDataException($"Row {row.Key}: expected a node's id, found '{text}'.");

    /// <summary>Writes a node's id as rows hold it.</summary>
    public static string TextOf(Bits128 nodeId) => nodeId.ToString();
}
