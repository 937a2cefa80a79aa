using System.Buffers;
using System.Globalization;
using System.Text;

namespace Serverless.StorageEngine.Storage;

/// <summary>Makes any text usable as part of a partition or row key.</summary>
public static class TableKey
{
    // '|' separates the parts of our keys, '%' starts an escape; everything else here is allowed by the service.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>Escapes every byte of the UTF-8 form that is not a letter, digit, <c>- . _ ~</c> as
    /// <c>%XX</c>.</summary>
    /// <param name="text">Any text; the result is at most three times as long as its UTF-8 form.</param>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)value))
            {
                escaped.Append((char)value);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return escaped.ToString();
    }

    /// <summary>The text that <see cref="Escape"/> made <paramref name="escaped"/> from.</summary>
    public static string Unescape(string escaped) => Uri.UnescapeDataString(escaped);
}
