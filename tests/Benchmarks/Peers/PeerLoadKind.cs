namespace Serverless.Benchmarks.Peers;

/// <summary>What a load does, and so which table it stands in.</summary>
internal enum PeerLoadKind
{
    /// <summary>Puts batches of 1,000 records.</summary>
    Batches,

    /// <summary>Puts records one by one.</summary>
    Single,

    /// <summary>Reads what was stored before, from its first record to its last, over and over.</summary>
    Reading,
}
