namespace Serverless.Functions.Host.Settings;

/// <summary>The limits of the HTTP server.</summary>
/// <param name="HeaderBytesMax">All headers of a request together, in bytes.</param>
/// <param name="HeadersMax">The number of headers of a request.</param>
/// <param name="HeadersTimeout">How long a client may take to send them.</param>
/// <param name="BodyRateMin">The slowest body that is read, in bytes per second; 0 for any.</param>
/// <param name="ConnectionsMax">The number of connections at once.</param>
internal sealed record ServerLimits(
    int HeaderBytesMax, int HeadersMax, TimeSpan HeadersTimeout, int BodyRateMin, long ConnectionsMax)
{
    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static ServerLimits Read(SettingValues values) => new(
        (int)values.Get(ServerSettings.HeaderBytesMax),
        (int)values.Get(ServerSettings.HeadersMax),
        values.Get(ServerSettings.HeadersTimeout),
        (int)values.Get(ServerSettings.BodyRateMin),
        values.Get(ServerSettings.ConnectionsMax));
}
