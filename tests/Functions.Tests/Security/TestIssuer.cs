using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Functions.Tests.Security;

/// <summary>An issuer of tokens with keys of its own, whose metadata is read without a network.</summary>
internal sealed class TestIssuer : IDocumentRetriever
{
    public const string Name = "https://issuer.example.org/tenant/v2.0";
    public const string Audience = "api://serverless";
    public static readonly Uri Metadata = new("https://issuer.example.org/metadata");

    private const string KeysAddress = "https://issuer.example.org/keys";

    // To draw a key takes longer than all else of a test.
    private static readonly ConcurrentDictionary<string, RSA> Drawn = new();

    private readonly List<RsaSecurityKey> _published = [];

    public TestIssuer() => Key = Publish("first");

    /// <summary>The key that tokens are signed with.</summary>
    public RsaSecurityKey Key { get; set; }

    /// <summary>How often the metadata were read.</summary>
    public int Reads { get; private set; }

    /// <summary>How often anything was asked for, answered or not.</summary>
    public int Asked { get; private set; }

    /// <summary>Whether it answers not.</summary>
    public bool IsAway { get; set; }

    /// <summary>Makes a key that the metadata name.</summary>
    public RsaSecurityKey Publish(string id)
    {
        var key = Make(id);
        _published.Add(key);
        return key;
    }

    /// <summary>A key that nobody knows; always the same one for an id.</summary>
    public static RsaSecurityKey Make(string id) =>
        new(Drawn.GetOrAdd(id, static _ => RSA.Create(2048))) { KeyId = id };

    /// <summary>Takes a key out of the metadata.</summary>
    public void Withdraw(RsaSecurityKey key) => _published.Remove(key);

    /// <summary>Claims of a token that is good at an instant.</summary>
    public static Dictionary<string, object> Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Name,
        ["aud"] = Audience,
        ["oid"] = "11111111-2222-3333-4444-555555555555",
        ["sub"] = "somebody",
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
    };

    /// <summary>Signs a token.</summary>
    public string Sign(IReadOnlyDictionary<string, object> claims, RsaSecurityKey? key = null, string type = "JWT") =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims),
            new SigningCredentials(key ?? Key, SecurityAlgorithms.RsaSha256),
            new Dictionary<string, object> { ["typ"] = type });

    /// <summary>Puts a token together without a rule.</summary>
    public static string Forge(string header, IReadOnlyDictionary<string, object> claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Encoded(Encoding.UTF8.GetBytes(header))}.{Encoded(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{text}.{Encoded(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        Asked++;
        if (IsAway)
        {
            throw new IOException("The issuer does not answer.");
        }

        if (address != KeysAddress)
        {
            Reads++;
            return Task.FromResult(JsonSerializer.Serialize(new { issuer = Name, jwks_uri = KeysAddress }));
        }

        var keys = _published.Select(static key => JsonWebKeyConverter.ConvertFromRSASecurityKey(
            new RsaSecurityKey(key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = key.KeyId }));
        return Task.FromResult(JsonSerializer.Serialize(new
        {
            keys = keys.Select(static key => new { kty = key.Kty, use = "sig", kid = key.KeyId, n = key.N, e = key.E }),
        }));
    }

    private static string Encoded(byte[] bytes) => Base64UrlEncoder.Encode(bytes);
}
