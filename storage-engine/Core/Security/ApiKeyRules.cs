using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.StorageEngine.Security;

/// <summary>The rules of keys. Pure.</summary>
public static class ApiKeyRules
{
    /// <summary>The most keys of one principal: the old and the new one while programs change over.</summary>
    public const int KeysPerPrincipalMax = 2;

    /// <summary>The longest text that is looked at as an id or as a secret, in characters.</summary>
    public const int TextLengthMax = 128;

    // Compared with when there is no such key, so that the answer takes as long. No secret has this hash.
    private static readonly string HashOfNone = new('0', SHA256.HashSizeInBytes * 2);

    /// <summary>The hash of a secret: SHA-256 of its UTF-8, in hexadecimal digits.</summary>
    public static string HashOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whom a key stands for, or null when there is no such key or the secret is another one.</summary>
    /// <param name="state">All keys.</param>
    /// <param name="id">The id that is shown.</param>
    /// <param name="secret">The secret that is shown.</param>
    public static Principal? PrincipalOf(SecurityState state, string id, string secret)
    {
        if (id.Length > TextLengthMax || secret.Length > TextLengthMax)
        {
            return null;
        }

        var key = state.Keys.GetValueOrDefault(id);
        return IsHashOf(key?.SecretHash ?? HashOfNone, secret) ? key?.Principal : null;
    }

    /// <summary>Why a key cannot be added, in one sentence, or null.</summary>
    /// <param name="state">All keys.</param>
    /// <param name="key">The new one.</param>
    public static ApiKeyProblem? ProblemOf(SecurityState state, ApiKey key)
    {
        if (!key.Principal.CanLogIn)
        {
            return new(ApiKeyProblemCode.InvalidPrincipal, $"{key.Principal} cannot have keys.");
        }

        if (state.KeysOf(key.Principal).Count() >= KeysPerPrincipalMax)
        {
            return new(
                ApiKeyProblemCode.TooManyKeys,
                $"{key.Principal} has {KeysPerPrincipalMax} keys, which is the most; revoke one of them first.");
        }

        return state.Keys.Count >= SecurityLimits.KeysMax
            ? new(ApiKeyProblemCode.TooManyKeys, $"There are {SecurityLimits.KeysMax} keys, which is the most.")
            : null;
    }

    // Allocates nothing: it is done for each request. What is no hash in hexadecimal digits is that of no secret.
    private static bool IsHashOf(string hash, string secret)
    {
        Span<byte> text = stackalloc byte[TextLengthMax * 3];
        Span<byte> shown = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        stored.Clear();
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(secret, text)], shown);
        return Convert.FromHexString(hash, stored, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(stored, shown);
    }
}
