using System.Text;
using Microsoft.Extensions.Primitives;

namespace Serverless.Functions.Api.Security;

/// <summary>What a request shows as proof of who makes it. Pure.</summary>
internal abstract record Credentials
{
    // Twice the largest header that a token of Entra ID needs; more is not looked at.
    private const int LengthMax = 16 * 1024;

    private const string Basic = "Basic";
    private const string Bearer = "Bearer";
    private const string SharedAccessKey = "SharedAccessKey";

    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Credentials()
    {
    }

    /// <summary>Reads the header <c>Authorization</c>.</summary>
    /// <param name="values">The header's values.</param>
    public static Credentials Read(StringValues values)
    {
        if (values.Count == 0)
        {
            return None.Instance;
        }

        if (values is not [{ Length: <= LengthMax } text]
            || text.IndexOf(' ', StringComparison.Ordinal) is not (> 0 and var end))
        {
            return Malformed.Instance;
        }

        var (scheme, shown) = (text[..end], text[(end + 1)..].Trim(' '));
        return scheme switch
        {
            _ when scheme.Equals(Basic, StringComparison.OrdinalIgnoreCase) => ReadBasic(shown),
            _ when scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase) =>
                shown.Contains(':', StringComparison.Ordinal) ? Split(shown) : new Token(shown),
            _ when scheme.Equals(SharedAccessKey, StringComparison.OrdinalIgnoreCase) =>
                shown.Contains(':', StringComparison.Ordinal) ? Split(shown) : new AzureKey(),
            _ => Malformed.Instance,
        };
    }

    /// <summary>A record's own text would show the secret wherever it is logged.</summary>
    public sealed override string ToString() => GetType().Name;

    private static Credentials ReadBasic(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return Malformed.Instance;
        }

        try
        {
            return Split(Strict.GetString(bytes, 0, length));
        }
        catch (DecoderFallbackException)
        {
            return Malformed.Instance;
        }
    }

    private static Credentials Split(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? Malformed.Instance : new Key(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Nothing is shown.</summary>
    public sealed record None : Credentials
    {
        public static None Instance { get; } = new();
    }

    /// <summary>Something is shown that cannot be understood.</summary>
    public sealed record Malformed : Credentials
    {
        public static Malformed Instance { get; } = new();
    }

    /// <summary>An API key.</summary>
    public sealed record Key(string Id, string Secret) : Credentials;

    /// <summary>A token of somebody else's making.</summary>
    public sealed record Token(string Text) : Credentials;

    /// <summary>
    /// A key of Azure's form, which is none of ours: the client libraries of Event Grid cannot send nothing.
    /// </summary>
    public sealed record AzureKey : Credentials;
}
