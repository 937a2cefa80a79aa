using System.Buffers.Text;

namespace Serverless.StorageEngine.Security;

/// <summary>A key in the one moment in which its secret is known.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Secret">The secret: <see cref="SecretPrefix"/> and 256 random bits in base64url.</param>
public sealed record NewApiKey(string Id, string Secret)
{
    /// <summary>By what programs that look for leaked secrets know one of ours.</summary>
    public const string SecretPrefix = "srvls_";

    /// <summary>The bits of an id, in bytes: enough that two keys never get the same.</summary>
    private const int IdBytes = 12;

    /// <summary>The bits of a secret, in bytes. With so many, a hash without salt and repetition is enough.</summary>
    private const int SecretBytesCount = 32;

    /// <summary>Draws a key.</summary>
    /// <param name="source">Where the bits come from.</param>
    public static NewApiKey Draw(SecretBytes source)
    {
        Span<byte> bits = stackalloc byte[IdBytes + SecretBytesCount];
        source(bits);
        return new(
            Convert.ToHexStringLower(bits[..IdBytes]),
            SecretPrefix + Base64Url.EncodeToString(bits[IdBytes..]));
    }

    /// <summary>The key as it is stored.</summary>
    /// <param name="principal">Whom it stands for.</param>
    /// <param name="now">The instant of its making.</param>
    public ApiKey For(Principal principal, DateTimeOffset now) =>
        new(Id, principal, ApiKeyRules.HashOf(Secret), now);

    /// <summary>Names the key only: a record's own text would show the secret wherever it is logged.</summary>
    public override string ToString() => $"key {Id}";
}
