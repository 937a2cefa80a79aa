using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Security;

/// <summary>
/// Keeps web pages of others from using the rights of those who show nothing: a browser on the same machine sends what
/// any page tells it to, and takes a name for the page's own whose address the page's owner has changed to loopback.
/// Whoever shows a key is not asked, since no browser adds one by itself. Pure.
/// </summary>
internal static class WebPageRules
{
    private const string Localhost = "localhost";

    /// <summary>Why a request that shows nothing is refused, or null.</summary>
    /// <param name="request">The request, with the address that the client used.</param>
    /// <param name="onLoopbackOnly">Whether only this machine reaches the node, and so only by loopback names.</param>
    public static Problem? RefusalOf(HttpRequest request, bool onLoopbackOnly)
    {
        var host = request.Host.Host;

        // Every browser names a host.
        if (onLoopbackOnly && host.Length > 0 && !IsLoopback(host))
        {
            return AccessProblems.ForeignHost;
        }

        foreach (var origin in request.Headers.Origin)
        {
            if (!IsOwn(origin, host))
            {
                return AccessProblems.ForeignPage;
            }
        }

        return null;
    }

    /// <summary>Whether a host stands for this machine wherever it is used.</summary>
    /// <param name="host">A name or an address, as it stands in <c>Host</c>, without a port.</param>
    internal static bool IsLoopback(string host)
    {
        var name = host.EndsWith('.') ? host.AsSpan(0, host.Length - 1) : host;
        return name.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("." + Localhost, StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim("[]"), out var address) && IPAddress.IsLoopback(address));
    }

    // Ports are not compared: proxies change them, and other pages of a host are of whoever has the host. The origin
    // "null" of a page that hides where it comes from is nobody's own.
    private static bool IsOwn(string? origin, string host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Host.Length > 0
        && (page.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || (IsLoopback(page.Host) && IsLoopback(host)));
}
