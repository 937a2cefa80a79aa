using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.Native;

/// <summary>
/// The offset that comes next in a partition, as <c>ETag</c>: what <c>If-Match</c> takes to append exactly there.
/// </summary>
internal static class NextOffsetTag
{
    /// <summary>Puts it on an answer that has not begun.</summary>
    public static void Write(HttpResponse response, long nextOffset) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{nextOffset}\"");
}
