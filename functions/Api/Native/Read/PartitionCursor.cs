using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>
/// Where a reader of a topic stands: the next offset of each partition, as <c>0:12,1:7</c>. Readable on purpose;
/// clients should pass it back as they got it.
/// </summary>
internal static class PartitionCursor
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="positions">The partitions it names, each once, in any order.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Parse(string text, out Dictionary<int, long> positions)
    {
        positions = [];
        foreach (var range in text.AsSpan().Split(','))
        {
            var part = text.AsSpan(range);
            var colon = part.IndexOf(':');
            if (colon < 0
                || !QueryText.TryNumber(part[..colon], out var partition) || partition > int.MaxValue
                || !QueryText.TryNumber(part[(colon + 1)..], out var offset)
                || !positions.TryAdd((int)partition, offset))
            {
                return "A cursor names each partition once with its next offset, like 0:12,1:7.";
            }
        }

        return null;
    }

    /// <summary>Writes a cursor.</summary>
    /// <param name="positions">In the order in which they are to stand.</param>
    public static string Write(ReadOnlySpan<PartitionPosition> positions)
    {
        var text = new StringBuilder(positions.Length * 8);
        foreach (var (partition, offset) in positions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ",")}{partition}:{offset}");
        }

        return text.ToString();
    }
}
