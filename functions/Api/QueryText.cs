using System.Globalization;

namespace Serverless.Functions.Api;

/// <summary>
/// Reads the numbers, times and durations of paths, queries and headers. Pure and strict: no signs, no white space.
/// </summary>
internal static class QueryText
{
    /// <summary>Reads a whole number from 0 on.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a time: milliseconds since 1970, or ISO 8601 (without a zone: UTC).</summary>
    /// <param name="text">Any text.</param>
    /// <param name="milliseconds">Milliseconds since 1970.</param>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out long milliseconds)
    {
        if (TryNumber(text, out milliseconds))
        {
            return true;
        }

        // The parser alone would also take dates in other notations.
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        milliseconds = time.ToUnixTimeMilliseconds();
        return milliseconds >= 0;
    }

    /// <summary>Reads a duration: <c>500ms</c>, <c>5s</c>, <c>2m</c>, or milliseconds without a unit.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="duration">The duration, at most a day.</param>
    public static bool TryDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        var (unit, letters) = text.EndsWith("ms") ? (1, 2)
            : text.EndsWith("s") ? (1_000, 1)
            : text.EndsWith("m") ? (60_000, 1)
            : (1, 0);
        var valid = TryNumber(text[..^letters], out var number) && number <= 86_400_000 / unit;
        duration = valid ? TimeSpan.FromMilliseconds(number * unit) : TimeSpan.Zero;
        return valid;
    }
}
