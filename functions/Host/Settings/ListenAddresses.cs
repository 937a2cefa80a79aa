using System.Net;

namespace Serverless.Functions.Host.Settings;

/// <summary>The rules for the addresses a node listens on.</summary>
internal static class ListenAddresses
{
    /// <summary>Whether a text lists addresses that the server can listen on.</summary>
    /// <param name="text">Addresses separated by semicolons.</param>
    public static bool AreValid(string text) =>
        Split(text) is { Length: > 0 } parts && Array.TrueForAll(parts, IsValid);

    /// <summary>The single addresses of a list.</summary>
    public static string[] Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether only this machine reaches an address that the server can listen on.</summary>
    public static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }

    // TLS ends in front of a node (Azure's front end, a proxy), so there is no certificate to listen with. The server
    // refuses port 0 for "localhost", because that name stands for two addresses that could get different ports.
    private static bool IsValid(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address is { IsUnixPipe: false, IsNamedPipe: false, Port: >= 0 and <= 65_535, PathBase: "" }
                && address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase)
                && IsHost(address.Host)
                && !(address.Port == 0 && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // The server takes any other name for "every network of this machine", which nobody would expect of a name.
    private static bool IsHost(string host) =>
        host is "*" or "+"
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
