namespace Serverless.StorageEngine.Storage;

/// <summary>The definite outcomes of an append to a segment.</summary>
public enum SegmentAppend
{
    /// <summary>The block is stored durably at the stated position.</summary>
    Appended,

    /// <summary>The segment's length is not the stated position; nothing was stored by this call.</summary>
    /// <remarks>An earlier call with the same block may have stored it: read back and compare the nonce.</remarks>
    PositionTaken,

    /// <summary>The segment takes no more blocks (the service's block count or size limit, or a service-side
    /// seal).</summary>
    Full,

    /// <summary>There is no segment of this name: it was never created, or it was deleted.</summary>
    Gone,
}
