using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// The content encodings of request bodies (RFC 9110, 8.4): <c>gzip</c>, <c>deflate</c> and <c>br</c>, one at a time,
/// in whatever case they are written.
/// </summary>
internal static class ContentEncodings
{
    /// <summary>Replaces the request's body by its decoded form, or says why that is not possible.</summary>
    /// <param name="request">A request whose body was not read yet.</param>
    /// <remarks>Limits count decoded bytes, so a small body cannot grow without bound.</remarks>
    public static Problem? Decode(HttpRequest request)
    {
        Stream? decoded = request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
        {
            "" or "identity" => request.Body,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
            _ => null,
        };
        if (decoded is null)
        {
            return new(
                ProblemCode.UnsupportedMediaType,
                $"The content encoding '{request.Headers.ContentEncoding}' is not supported; gzip, deflate, br are.");
        }

        if (decoded != request.Body)
        {
            request.HttpContext.Response.RegisterForDisposeAsync(decoded);
            request.Body = decoded;
            request.ContentLength = null;
        }

        return null;
    }
}
