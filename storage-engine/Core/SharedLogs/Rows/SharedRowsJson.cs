using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Rows;

/// <summary>The rows of a shared log are JSON, so that an operator can read them in any table browser.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SharedHeadRow))]
[JsonSerializable(typeof(CarrierRow))]
[JsonSerializable(typeof(SharedRegistration))]
internal sealed partial class SharedRowsJson : JsonSerializerContext
{
    /// <summary>Reads a row's content.</summary>
    /// <exception cref="CorruptDataException">The content is not what this version writes.</exception>
    public static T Read<T>(TableRow row, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(row.Value.Span, type)
                ?? throw new CorruptDataException($"Row {row.Key}: expected {typeof(T).Name}, found null.");
        }
        catch (JsonException exception)
        {
            throw new CorruptDataException($"Row {row.Key}: expected {typeof(T).Name}; {exception.Message}");
        }
    }
}
