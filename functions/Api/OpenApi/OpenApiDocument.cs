using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Functions.Api.OpenApi;

/// <summary>The OpenAPI document as text, but for the address of the server, which only a request knows.</summary>
public sealed class OpenApiDocument
{
    /// <summary>What stands for the address in the files.</summary>
    public const string BaseUrl = "{base}";

    private static readonly JsonSerializerOptions Readable = new()
    {
        // The document is data: no page embeds it.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string[] _pieces;

    /// <summary>Composes it. It holds for as long as the process lives.</summary>
    /// <param name="sources">Where its parts are.</param>
    /// <exception cref="InvalidDataException">Two parts define the same.</exception>
    public OpenApiDocument(IEnumerable<OpenApiSource> sources)
    {
        var document = OpenApiComposition.Compose(sources.SelectMany(static source => source.Read()));
        Version = (string?)document["info"]?["version"] ?? "";
        _pieces = (document.ToJsonString(Readable) + "\n").Split(BaseUrl);
    }

    /// <summary>The version of the product, as the document says.</summary>
    public string Version { get; }

    /// <summary>The document for clients that use an address.</summary>
    /// <param name="baseUrl">Scheme, host and path base, without a slash at the end.</param>
    /// <returns>UTF-8, and its entity tag with the quotes.</returns>
    public (byte[] Json, string Tag) At(string baseUrl)
    {
        var json = Encoding.UTF8.GetBytes(
            string.Join(JsonEncodedText.Encode(baseUrl, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value, _pieces));
        return (json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, TagBytes))}\"");
    }

    // Enough that two documents never share a tag; the tag guards no secret.
    private const int TagBytes = 16;
}
