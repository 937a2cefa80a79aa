using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.EndToEnd.Tests.Identity;

/// <summary>What Azure gives an app to get tokens of its managed identity from. Nobody signs these tokens: Azurite looks
/// at what they say only.</summary>
internal sealed class IdentityEndpoint : IAsyncDisposable
{
    private const string Secret = "the-header-that-only-the-app-knows";

    private readonly WebApplication _server;

    private IdentityEndpoint(WebApplication server) => _server = server;

    /// <summary>The variables of the app.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = $"{_server.Urls.First()}/msi/token",
        ["IDENTITY_HEADER"] = Secret,
        ["AZURE_CLIENT_ID"] = "11059fcc-5514-4800-b5f8-49808b9cfab6",
    };

    /// <summary>Starts one whose tokens are for an audience.</summary>
    public static async Task<IdentityEndpoint> StartAsync(string audience)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapGet("/msi/token", (HttpContext context) => context.Request.Headers["X-IDENTITY-HEADER"] == Secret
            ? Results.Text(Token(audience), "application/json")
            : Results.Unauthorized());
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new IdentityEndpoint(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Token(string audience)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/",
            ["iat"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["nbf"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        var parts = new[] { """{"alg":"RS256","typ":"JWT"}""", claims.ToJsonString(), "unsigned" }
            .Select(static part => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part)));
        return new JsonObject
        {
            ["access_token"] = string.Join('.', parts),
            ["expires_on"] = now.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["resource"] = audience,
            ["token_type"] = "Bearer",
        }.ToJsonString();
    }
}
