using System.Buffers;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// The characters and the outer form of URIs and relative references (RFC 3986, 4.1). Pure.
/// </summary>
/// <remarks>
/// <see cref="Uri"/> takes almost any text for a relative reference, spaces and letters of all scripts included, and
/// changes some; here nothing is changed.
/// </remarks>
internal static class UriReference
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Unreserved + ":/?#[]@!$&'()*+,;=%");

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Whether a text is one, and not empty.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.ContainsAnyExcept(Characters) || !HasWholeEscapes(text))
        {
            return false;
        }

        // A fragment begins at the first number sign and has none itself.
        var fragment = text.IndexOf('#');
        if (fragment >= 0 && text[(fragment + 1)..].Contains('#'))
        {
            return false;
        }

        var hasScheme = HasScheme(text);
        var rest = hasScheme ? text[(text.IndexOf(':') + 1)..] : text;
        return (hasScheme || !FirstSegmentOf(text).Contains(':')) && HasBracketsOnlyInHost(rest);
    }

    /// <summary>Whether a text begins with a scheme, as a URI does and a relative reference does not.</summary>
    /// <param name="text">Any text.</param>
    public static bool HasScheme(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && char.IsAsciiLetter(text[0]) && !text[..colon].ContainsAnyExcept(SchemeCharacters);
    }

    private static bool HasWholeEscapes(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%'
                && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return false;
            }
        }

        return true;
    }

    // A colon there would make it a scheme.
    private static ReadOnlySpan<char> FirstSegmentOf(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('/', '?', '#');
        return end < 0 ? text : text[..end];
    }

    // Only addresses of IPv6 and later stand in brackets.
    private static bool HasBracketsOnlyInHost(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("//"))
        {
            var authority = FirstSegmentOf(rest[2..]);
            var host = authority[(authority.LastIndexOf('@') + 1)..];
            if (authority[..^host.Length].ContainsAny('[', ']') || WithoutAddress(host).ContainsAny('[', ']'))
            {
                return false;
            }

            rest = rest[(2 + authority.Length)..];
        }

        return !rest.ContainsAny('[', ']');
    }

    private static ReadOnlySpan<char> WithoutAddress(ReadOnlySpan<char> host)
    {
        var end = host is ['[', ..] ? host.IndexOf(']') : -1;
        return end > 1 && !host[1..end].Contains('[') ? host[(end + 1)..] : host;
    }
}
