using Microsoft.AspNetCore.HttpOverrides;

namespace Serverless.Functions.Host.Hosting;

/// <summary>How the Azure Functions host tells the address that the client used.</summary>
internal static class ForwardedAddress
{
    /// <summary>
    /// What is taken from the host. It sets these headers whatever the client sent; from anywhere but loopback, where
    /// the host is, nothing is believed. It has no prefix, so that one could only be a client's.
    /// </summary>
    public static ForwardedHeadersOptions FromHost { get; } = new()
    {
        ForwardedHeaders =
            ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
    };
}
