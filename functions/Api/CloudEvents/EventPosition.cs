using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native.Read;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// What an answer with events says about its place: events have none, and their bodies have no room for it.
/// </summary>
internal static class EventPosition
{
    /// <summary>Puts it on an answer that has not begun.</summary>
    /// <param name="headers">Of the answer.</param>
    /// <param name="opened">What was read.</param>
    /// <param name="found">What was found.</param>
    public static void Write(IHeaderDictionary headers, ReadOpening.Opened opened, EventSearch found)
    {
        headers.CacheControl = "no-store";
        headers["Skipped-Records"] = found.Skipped.ToString(CultureInfo.InvariantCulture);
        PositionHeaders.Write(headers, opened.Found, opened.Reader);
    }
}
