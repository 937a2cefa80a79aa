using System.Buffers;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Names of instruments as Prometheus wants them. Pure.</summary>
/// <remarks>
/// OpenTelemetry's rule with one difference: a unit that is a word of the name already is not said twice
/// (<c>serverless.log.bytes.appended</c> in <c>By</c> is <c>serverless_log_bytes_appended_total</c>).
/// </remarks>
internal static class PrometheusName
{
    private const string Total = "total";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>The name of a metric.</summary>
    /// <param name="instrument">The instrument's name, such as <c>serverless.log.append.duration</c>.</param>
    /// <param name="unit">Its unit in UCUM, such as <c>s</c>; what stands in braces is no unit.</param>
    /// <param name="isCounter">Whether it only ever rises.</param>
    public static string Of(string instrument, string? unit, bool isCounter)
    {
        var name = Label(instrument);
        if (UnitWord(unit) is { } word && !name.Split('_').Contains(word))
        {
            name += "_" + word;
        }

        return isCounter && !name.EndsWith("_" + Total, StringComparison.Ordinal) ? name + "_" + Total : name;
    }

    /// <summary>A tag's name as a label; every other character is an underscore.</summary>
    /// <param name="tag">The tag's name, such as <c>http.route</c>.</param>
    public static string Label(string tag)
    {
        var text = string.Create(tag.Length, tag, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = Allowed.Contains(source[i]) ? source[i] : '_';
            }
        });
        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }

    private static string? UnitWord(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" => "ratio",
        null or "" or ['{', ..] => null,
        _ => Label(unit),
    };
}
