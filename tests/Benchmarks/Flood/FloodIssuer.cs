using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Serverless.Benchmarks.Flood;

/// <summary>An issuer of tokens: its metadata and its key, served on a loopback address by this process.</summary>
internal sealed class FloodIssuer : IAsyncDisposable
{
    /// <summary>For whom its tokens are.</summary>
    public const string Audience = "api://bench";

    private const string Key = "1";
    private const int KeyBits = 2048;

    private readonly RSA _key = RSA.Create(KeyBits);
    private readonly WebApplication _app;

    private FloodIssuer(WebApplication app) => _app = app;

    /// <summary>Where its metadata lie.</summary>
    public string Metadata => $"{_app.Urls.First()}/metadata";

    private string Name => _app.Urls.First();

    /// <summary>Draws a key, and listens on a free port.</summary>
    public static async Task<FloodIssuer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var issuer = new FloodIssuer(builder.Build());
        issuer._app.Run(issuer.AnswerAsync);
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token that is good for an hour.</summary>
    public string Sign() => Token(text =>
        _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>The same with a signature that nobody made; to find that out takes the key.</summary>
    public string Forge() => Token(static _ => RandomNumberGenerator.GetBytes(KeyBits / 8));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private string Token(Func<byte[], byte[]> sign)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new
        {
            iss = Name,
            aud = Audience,
            oid = Guid.NewGuid().ToString(),
            nbf = now.AddMinutes(-1).ToUnixTimeSeconds(),
            exp = now.AddHours(1).ToUnixTimeSeconds(),
        };
        var text = $"{Encoded(new { alg = "RS256", kid = Key, typ = "JWT" })}.{Encoded(claims)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encoded(object value) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var key = _key.ExportParameters(includePrivateParameters: false);
        var published = new { kty = "RSA", use = "sig", kid = Key, n = Encode(key.Modulus), e = Encode(key.Exponent) };
        object document = context.Request.Path == "/keys"
            ? new { keys = new[] { published } }
            : new { issuer = Name, jwks_uri = $"{Name}/keys" };
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document)).AsTask();

        static string Encode(byte[]? bytes) => Base64Url.EncodeToString(bytes);
    }
}
