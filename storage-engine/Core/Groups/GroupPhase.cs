namespace Serverless.StorageEngine.Groups;

/// <summary>How far a group's members have got (KIP-848's group states).</summary>
public enum GroupPhase
{
    /// <summary>It has no members; it may have committed offsets.</summary>
    Empty,

    /// <summary>Members still have to give up or take partitions.</summary>
    Reconciling,

    /// <summary>Every member has exactly what it should have.</summary>
    Stable,

    /// <summary>It is being deleted, or there is none of its name.</summary>
    Dead,
}
