using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.Native;

/// <summary>Answers one JSON object that is written member by member.</summary>
/// <param name="write">Writes the members.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class JsonResult(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK) : IResult
{
    /// <summary>Escapes only what JSON asks for: the answers are data, and no page embeds them.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Whether a newline follows, for whoever prints the answer: a prompt then begins on a line of its own. The
    /// APIs of others answer without.</summary>
    public bool EndsLine { get; init; } = true;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypes.Json;
        response.Headers.CacheControl = "no-store";
        using (var json = new Utf8JsonWriter(response.BodyWriter, WriterOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        if (EndsLine)
        {
            response.BodyWriter.Write("\n"u8);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
