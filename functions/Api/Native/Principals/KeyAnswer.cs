using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Principals;

/// <summary>How keys are written.</summary>
internal static class KeyAnswer
{
    /// <summary>Writes the keys of a principal; no secret is known any more.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="principal">Whose they are.</param>
    /// <param name="keys">The keys, the oldest first.</param>
    public static void Write(Utf8JsonWriter json, Principal principal, IEnumerable<ApiKey> keys)
    {
        json.WriteString("principal", principal.ToString());
        json.WriteStartArray("keys");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteString("key", key.Id);
            json.WriteString("created_at", Time(key.CreatedAt));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>An instant as answers show it.</summary>
    public static string Time(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
