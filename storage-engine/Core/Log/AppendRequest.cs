using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log;

/// <summary>What a caller asks of a log: to append a batch, or to set the fencing token.</summary>
/// <param name="Batch">The batch, the log's own since it was handed in; null to set the token.</param>
/// <param name="NewFencingToken">The token to set, empty for none; null to append a batch.</param>
/// <param name="Conditions">What must hold.</param>
/// <param name="StampsLogAppendTime">Whether the batch's records get the time of the append.</param>
internal sealed record AppendRequest(
    RecordBatch? Batch, string? NewFencingToken, AppendConditions Conditions, bool StampsLogAppendTime)
{
    /// <summary>
    /// What it counts in bounds that are counted in bytes: its batch, or what a token makes a block carry, which is the
    /// log's whole state.
    /// </summary>
    public int Length => Batch?.Length ?? BlockFormat.BodyBytesMax;
}
