using System.Buffers;
using System.Text;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>The characters that a text attribute may have (CloudEvents 1.0.2, type system: String). Pure.</summary>
internal static class AttributeText
{
    /// <summary>
    /// Whether a text has no control character, no half of a surrogate pair, and nothing that Unicode calls a
    /// noncharacter.
    /// </summary>
    /// <param name="text">Any text.</param>
    public static bool IsAllowed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done
                || Rune.IsControl(rune)
                || IsNoncharacter(rune.Value))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    // The last two code points of each plane, and 32 more in the first.
    private static bool IsNoncharacter(int codePoint) =>
        (codePoint & 0xFFFE) == 0xFFFE || codePoint is >= 0xFDD0 and <= 0xFDEF;
}
