using System.Globalization;
using OpenTelemetry.Trace;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Which requests are traced, by the two variables of the standard. Pure.</summary>
/// <remarks>
/// Read here and not by the library, because the exporter of Azure Monitor brings a sampler of its own, which would win
/// over the variables and break the traces of clients.
/// </remarks>
internal static class TraceSampling
{
    /// <summary>The samplers that are known by name.</summary>
    public const string Known =
        "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio";

    private const string ParentBased = "parentbased_";

    /// <summary>The sampler of two texts.</summary>
    /// <param name="name">Its name; null for the standard's default, <c>parentbased_always_on</c>.</param>
    /// <param name="argument">The share of requests from 0 to 1, for a sampler by ratio; null for all.</param>
    /// <returns>Null when there is no such sampler, or the share is none.</returns>
    public static Sampler? Of(string? name, string? argument)
    {
        var word = name?.ToLowerInvariant() ?? "parentbased_always_on";
        var hasParent = word.StartsWith(ParentBased, StringComparison.Ordinal);
        Sampler? root = (hasParent ? word[ParentBased.Length..] : word) switch
        {
            "always_on" => new AlwaysOnSampler(),
            "always_off" => new AlwaysOffSampler(),
            "traceidratio" when RatioOf(argument) is { } ratio => new TraceIdRatioBasedSampler(ratio),
            _ => null,
        };
        return root is not null && hasParent ? new ParentBasedSampler(root) : root;
    }

    private static double? RatioOf(string? text) =>
        text is null ? 1
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio)
            && ratio is >= 0 and <= 1
            ? ratio
        : null;
}
