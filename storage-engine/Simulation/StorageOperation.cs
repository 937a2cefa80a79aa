namespace Serverless.StorageEngine.Simulation;

/// <summary>What a caller asks of a simulated store: the methods of the two ports.</summary>
public enum StorageOperation
{
    /// <summary>Create a segment.</summary>
    CreateSegment,

    /// <summary>Append a block to a segment.</summary>
    Append,

    /// <summary>Keep a part of a segment that is written as a whole.</summary>
    StagePart,

    /// <summary>Make staged parts a segment.</summary>
    CommitSegment,

    /// <summary>Read a range of a segment.</summary>
    ReadSegment,

    /// <summary>Ask for the length of a segment.</summary>
    GetLength,

    /// <summary>List segments by prefix.</summary>
    ListSegments,

    /// <summary>Delete a segment.</summary>
    DeleteSegment,

    /// <summary>Read one row.</summary>
    GetRow,

    /// <summary>Read a page of rows.</summary>
    QueryRows,

    /// <summary>Execute a transaction over rows of one partition.</summary>
    ExecuteTransaction,
}
