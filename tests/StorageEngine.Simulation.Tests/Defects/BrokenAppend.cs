using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>What a client asks a node to append, to be changed on the way.</summary>
internal sealed record BrokenAppend(Topic Topic, int Partition, RecordBatch Batch, AppendConditions Conditions)
{
    /// <summary>Whether the log cannot recognise it, and takes it on no condition.</summary>
    public bool IsPlain => Batch.ProducerId < 0 && Conditions == AppendConditions.None;

    /// <summary>Appends it.</summary>
    public ValueTask<AppendOutcome> SendAsync(NodeService node) =>
        node.AppendAsync(Topic, Partition, Batch, Conditions, CancellationToken.None);

    /// <summary>Appends a copy of it.</summary>
    public ValueTask<AppendOutcome> SendCopyAsync(NodeService node) =>
        (this with { Batch = new RecordBatch(Batch.Bytes.ToArray()) }).SendAsync(node);
}
