namespace Serverless.StorageEngine.Azure;

/// <summary>What was asked of the service, as far as it decides what an answer means.</summary>
internal enum AzureOperation
{
    /// <summary>Create an append blob unless it exists.</summary>
    CreateSegment,

    /// <summary>Append a block at a stated position.</summary>
    AppendBlock,

    /// <summary>Upload a block of a block blob, to be committed later.</summary>
    StageBlock,

    /// <summary>Make uploaded blocks a block blob unless it exists.</summary>
    CommitBlocks,

    /// <summary>Delete a blob.</summary>
    DeleteSegment,

    /// <summary>Change one row or several, each under its condition.</summary>
    ChangeRows,

    /// <summary>Read a range of a blob.</summary>
    ReadSegment,

    /// <summary>Read a blob's properties.</summary>
    ReadLength,

    /// <summary>List the blocks of a block blob that are not committed.</summary>
    ListBlocks,

    /// <summary>List blobs by prefix.</summary>
    ListSegments,

    /// <summary>Read one row or a page of rows.</summary>
    ReadRows,

    /// <summary>Create the container and the table; safe to repeat.</summary>
    SetUp,

    /// <summary>Look whether a container is there and may be written; changes nothing.</summary>
    ProbeSegments,

    /// <summary>Look whether the table is there and may be read and written; changes nothing.</summary>
    ProbeRows,
}
