using System.Xml;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Groups;

/// <summary>Reads where a reset leads. Pure.</summary>
internal static class ResetRules
{
    private const string Choices = "to, to_offset, to_time, shift_by and by_duration";

    /// <summary>Reads the target.</summary>
    /// <param name="body">The request.</param>
    /// <param name="now">What a duration counts back from.</param>
    /// <param name="target">The target, when the result is null.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(ResetOffsetsBody body, DateTimeOffset now, out ResetTarget target)
    {
        target = new ResetTarget.Earliest();
        object?[] given = [body.To, body.ToOffset, body.ToTime, body.ShiftBy, body.ByDuration];
        if (given.Count(static one => one is not null) is var count and not 1)
        {
            return $"The body has {count} of the members {Choices}; it has one of them.";
        }

        return body switch
        {
            { To: { } word } => ReadWord(word, ref target),
            { ToOffset: < 0 and var offset } => $"'to_offset' is {offset}; it is an offset from 0 on.",
            { ToOffset: { } offset } => Take(new ResetTarget.At(offset), out target),
            { ToTime: { } time } => ReadTime(time, ref target),
            { ShiftBy: { } shift } => Take(new ResetTarget.Shifted(shift), out target),
            _ => ReadDuration(body.ByDuration!, now, ref target),
        };
    }

    private static string? ReadWord(string word, ref ResetTarget target) => word switch
    {
        "earliest" => Take(new ResetTarget.Earliest(), out target),
        "latest" => Take(new ResetTarget.Latest(), out target),
        _ => $"'to' is {Quotation.Of(word)}; it is earliest or latest.",
    };

    private static string? ReadTime(string time, ref ResetTarget target) =>
        QueryText.TryTimestamp(time, out var milliseconds)
            ? Take(new ResetTarget.Since(milliseconds), out target)
            : $"'to_time' is {Quotation.Of(time)}; it is milliseconds since 1970 or ISO 8601.";

    private static string? ReadDuration(string text, DateTimeOffset now, ref ResetTarget target)
    {
        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            if (duration >= TimeSpan.Zero)
            {
                var since = now.ToUnixTimeMilliseconds() - (long)duration.TotalMilliseconds;
                return Take(new ResetTarget.Since(Math.Max(0, since)), out target);
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            // Told below.
        }

        return $"'by_duration' is {Quotation.Of(text)}; it is an ISO 8601 duration like PT1H or P1DT12H.";
    }

    private static string? Take(ResetTarget wanted, out ResetTarget target)
    {
        target = wanted;
        return null;
    }
}
