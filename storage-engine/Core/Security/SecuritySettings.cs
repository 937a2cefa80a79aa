namespace Serverless.StorageEngine.Security;

/// <summary>The settings of a node about rights and keys.</summary>
public sealed record SecuritySettings
{
    /// <summary>
    /// How old the rights and keys may be by which a node decides, when another node has changed them. Five seconds are
    /// one table read for a busy node each two and a half seconds, and no longer than somebody who revokes a key
    /// expects
    /// to wait. Past it nothing is decided until the store has answered.
    /// </summary>
    public TimeSpan CacheAge { get; init; } = TimeSpan.FromSeconds(5);
}
