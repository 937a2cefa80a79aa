using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>
/// Where a reader of a topic stands: the next offset of each partition, as <c>0:12,1:7</c>. Readable on purpose;
/// clients should pass it back as they got it.
/// </summary>
/// <remarks>
/// The partition that is named first is the one to begin with. So a reader that takes small pages comes to every
/// partition in turn, and no node needs to remember it.
/// </remarks>
internal static class PartitionCursor
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="start">The partitions it names, each once.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Parse(string text, out ReadStart.After start)
    {
        var positions = new Dictionary<int, long>();
        int? first = null;
        start = new(positions, 0);
        foreach (var range in text.AsSpan().Split(','))
        {
            var part = text.AsSpan(range);
            var colon = part.IndexOf(':');
            if (colon < 0
                || !QueryText.TryNumber(part[..colon], out var partition) || partition > int.MaxValue
                || !QueryText.TryNumber(part[(colon + 1)..], out var offset)
                || !positions.TryAdd((int)partition, offset))
            {
                return "it names each partition once with its next offset, like 0:12,1:7.";
            }

            first ??= (int)partition;
        }

        start = new(positions, first!.Value);
        return null;
    }

    /// <summary>Writes a cursor.</summary>
    /// <param name="positions">In the order of their partitions.</param>
    /// <param name="first">The index of the one to begin with; those before it stand behind the last.</param>
    public static string Write(ReadOnlySpan<PartitionPosition> positions, int first = 0)
    {
        var text = new StringBuilder(positions.Length * 8);
        for (var i = 0; i < positions.Length; i++)
        {
            var (partition, offset) = positions[(first + i) % positions.Length];
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ",")}{partition}:{offset}");
        }

        return text.ToString();
    }
}
