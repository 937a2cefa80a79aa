using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// The text of attributes in headers of HTTP (HTTP binding 1.0.2, section 3.1.3.2): percent-encoded, so that it is all
/// visible ASCII. Pure.
/// </summary>
internal static class HeaderText
{
    /// <summary>Encodes spaces, double quotes, percent signs, and whatever is not visible ASCII.</summary>
    /// <param name="text">The canonical text of an attribute, without halves of surrogate pairs.</param>
    public static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && text.AsSpan().IndexOfAny('"', '%') < 0)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is >= (byte)'!' and <= (byte)'~' and not ((byte)'"' or (byte)'%'))
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>
    /// Takes one round of encoding back. Text in double quotes is unquoted first: older versions of the binding send
    /// it.
    /// </summary>
    /// <param name="value">The value of a header.</param>
    /// <returns>Null when a percent sign begins no octet, the octets are no UTF-8, or a quote does not end.</returns>
    public static string? Decode(string value)
    {
        var text = value.StartsWith('"') ? Unquoted(value) : value;
        if (text is null || !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var octets = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < octets.Length; i++, length++)
        {
            if (octets[i] != '%')
            {
                octets[length] = octets[i];
                continue;
            }

            if (i + 2 >= octets.Length
                || !byte.TryParse(octets.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out octets[length]))
            {
                return null;
            }

            i += 2;
        }

        return Utf8.IsValid(octets.AsSpan(0, length)) ? Encoding.UTF8.GetString(octets, 0, length) : null;
    }

    // RFC 7230, 3.2.6: a backslash stands for the character behind it.
    private static string? Unquoted(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 1; i < value.Length; i++)
        {
            if (value[i] == '"')
            {
                return i == value.Length - 1 ? text.ToString() : null;
            }

            if (value[i] == '\\' && ++i == value.Length)
            {
                return null;
            }

            text.Append(value[i]);
        }

        return null;
    }
}
