namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>The kinds of blocks in <c>FORMAT.md</c>.</summary>
public enum StoredBlockKind
{
    /// <summary>Record batches.</summary>
    Data = 1,

    /// <summary>Raises the epoch and names the leader.</summary>
    Barrier = 2,

    /// <summary>Lets a log be opened from here.</summary>
    Checkpoint = 3,

    /// <summary>The last block of a segment.</summary>
    Seal = 4,

    /// <summary>Record batches of a copy, which is a chain of its own.</summary>
    Copied = 5,
}
