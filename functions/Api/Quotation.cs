using System.Text;

namespace Serverless.Functions.Api;

/// <summary>How an answer repeats what a client sent.</summary>
internal static class Quotation
{
    /// <summary>The most characters that are repeated; more would not help to find the place.</summary>
    public const int CharactersMax = 64;

    // Of a UTF-16 code unit or pair; a few characters more than needed are decoded, and cut off.
    private const int Utf8BytesMax = 4;

    /// <summary>The text in single quotation marks, cut where it is long.</summary>
    /// <param name="text">Anything that came from outside.</param>
    public static string Of(string? text)
    {
        if (text is null || text.Length <= CharactersMax)
        {
            return $"'{text}'";
        }

        // Half of a surrogate pair is no character.
        var length = char.IsHighSurrogate(text[CharactersMax - 1]) ? CharactersMax - 1 : CharactersMax;
        return $"'{text.AsSpan(0, length)}…'";
    }

    /// <summary>UTF-8 in single quotation marks, cut where it is long.</summary>
    /// <param name="text">Valid UTF-8 of any length; what will not be repeated is not decoded.</param>
    public static string Of(ReadOnlySpan<byte> text) =>
        Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, (CharactersMax + 1) * Utf8BytesMax)]));
}
