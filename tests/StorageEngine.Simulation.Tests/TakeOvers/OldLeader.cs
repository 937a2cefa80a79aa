namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>What has become of the leader when another node gets its first request.</summary>
public enum OldLeader
{
    /// <summary>It left in order and gave its lease back.</summary>
    Left,

    /// <summary>Nothing was heard of it since its lease ran out.</summary>
    Silent,

    /// <summary>Its lease is still running, whether it lives or died a moment ago: the other node is a guest.</summary>
    MayLive,
}
