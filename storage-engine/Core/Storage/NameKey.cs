using System.Buffers.Text;
using System.Text;

namespace Serverless.StorageEngine.Storage;

/// <summary>Names that clients choose freely, as parts of table keys (<c>FORMAT.md</c>, rows).</summary>
internal static class NameKey
{
    // A longer name is written in base 64, which takes 340 characters for the longest one. Escape never yields '='.
    private const int EscapedCharactersMax = 340;
    private const string Base64Mark = "=";

    /// <summary>The part of a key that stands for a name; different names have different ones. Persisted, so it never
    /// changes.</summary>
    /// <param name="name">A name without a <see cref="ProblemOf"/>, of at most 255 bytes.</param>
    public static string Of(string name)
    {
        var escaped = TableKey.Escape(name);
        return escaped.Length <= EscapedCharactersMax
            ? escaped
            : Base64Mark + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>Why <paramref name="text"/> cannot be a name, or null.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="bytesMax">The longest name, in bytes of UTF-8.</param>
    public static string? ProblemOf(string? text, int bytesMax)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "the empty string is not allowed";
        }

        // A lone surrogate has no UTF-8 form; replaced, two different names would become the same.
        if (!HasUtf8Form(text))
        {
            return "the text is not valid Unicode";
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes > bytesMax
            ? $"the length of {bytes} bytes is longer than the max allowed length {bytesMax}"
            : null;
    }

    private static bool HasUtf8Form(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
