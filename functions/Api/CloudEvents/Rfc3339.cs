namespace Serverless.Functions.Api.CloudEvents;

/// <summary>The form of times in RFC 3339, section 5.6. Pure.</summary>
/// <remarks>
/// The framework's parsers take other notations too, and none takes a leap second. The text is kept as it came, so
/// nothing more than its form is asked.
/// </remarks>
internal static class Rfc3339
{
    private const string Form = "0000-00-00T00:00:00";

    /// <summary>Whether a text is one: date, time, any fraction of a second, and a zone.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsTimestamp(ReadOnlySpan<char> text)
    {
        if (text.Length <= Form.Length || !Matches(text[..Form.Length]))
        {
            return false;
        }

        var zone = text[Form.Length..];
        if (zone is ['.', ..])
        {
            var digits = zone[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return false;
            }

            zone = zone[(1 + digits)..];
        }

        return HasDate(text) && HasTime(text) && IsZone(zone);
    }

    private static bool Matches(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Form.Length; i++)
        {
            var fits = Form[i] == '0' ? char.IsAsciiDigit(text[i]) : char.ToUpperInvariant(text[i]) == Form[i];
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasDate(ReadOnlySpan<char> text)
    {
        var year = (Two(text, 0) * 100) + Two(text, 2);
        var month = Two(text, 5);
        var day = Two(text, 8);

        // The calendar of the framework begins with year 1; year 0 is a leap year like 2000.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 2000 : year, month);
    }

    // A leap second is 60; which minutes have one is not asked.
    private static bool HasTime(ReadOnlySpan<char> text) =>
        Two(text, 11) <= 23 && Two(text, 14) <= 59 && Two(text, 17) <= 60;

    private static bool IsZone(ReadOnlySpan<char> zone) => zone switch
    {
        ['Z' or 'z'] => true,
        ['+' or '-', >= '0' and <= '9', >= '0' and <= '9', ':', >= '0' and <= '9', >= '0' and <= '9'] =>
            Two(zone, 1) <= 23 && Two(zone, 4) <= 59,
        _ => false,
    };

    private static int Two(ReadOnlySpan<char> text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';
}
