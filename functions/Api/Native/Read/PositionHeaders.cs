using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>
/// Where to go on behind a page, as headers of its answer: <c>Next-Cursor</c> of a topic; <c>Next-Offset</c>,
/// <c>High-Watermark</c> and <c>Log-Start-Offset</c> of a partition.
/// </summary>
internal static class PositionHeaders
{
    /// <summary>Puts them on an answer that has not begun.</summary>
    /// <param name="headers">Of the answer.</param>
    /// <param name="found">Topic and partition of the path.</param>
    /// <param name="reader">The reader, behind the page.</param>
    public static void Write(IHeaderDictionary headers, TopicSearch.Found found, TopicReader reader)
    {
        if (found.Partition is null)
        {
            headers["Next-Cursor"] = reader.Cursor;
            return;
        }

        headers["Next-Offset"] = reader.Positions.Span[0].Offset.ToString(CultureInfo.InvariantCulture);
        if (reader.Ends[0] is { } ends)
        {
            headers["High-Watermark"] = ends.HighWatermark.ToString(CultureInfo.InvariantCulture);
            headers["Log-Start-Offset"] = ends.LogStartOffset.ToString(CultureInfo.InvariantCulture);
        }
    }
}
