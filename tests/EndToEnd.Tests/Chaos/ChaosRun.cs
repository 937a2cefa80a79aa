using System.Collections.Concurrent;
using System.Diagnostics;
using Serverless.EndToEnd.Tests.Chaos.Clients;
using Serverless.EndToEnd.Tests.Chaos.Faults;
using Serverless.EndToEnd.Tests.Chaos.Nodes;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.EndToEnd.Tests.Chaos;

/// <summary>What all clients of a run share. Safe for several threads at once.</summary>
/// <param name="cluster">The nodes.</param>
/// <param name="partitions">How many partitions the topic has.</param>
internal sealed class ChaosRun(ChaosCluster cluster, int partitions)
{
    /// <summary>The name of the topic.</summary>
    public const string TopicName = "chaos";

    private readonly CancellationTokenSource _producing = new();
    private readonly TaskCompletionSource<IReadOnlyList<long>> _ends =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _values;
    private int _processes;

    /// <summary>The nodes.</summary>
    public ChaosCluster Cluster => cluster;

    /// <summary>How many partitions the topic has.</summary>
    public int Partitions => partitions;

    /// <summary>What was asked and answered.</summary>
    public History History { get; } = new();

    /// <summary>Counts acknowledged records.</summary>
    public Progress Progress { get; } = new();

    /// <summary>What the group has read.</summary>
    public Coverage GroupCoverage { get; } = new(partitions);

    /// <summary>Answers that no fault excuses, such as a status of 500.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>This life of the topic; known once the topic was created.</summary>
    public TopicId Topic { get; set; }

    /// <summary>The cluster as REST API v3 calls it; known once the topic was created.</summary>
    public string ClusterId { get; set; } = "";

    /// <summary>Cancelled when producers should finish what they do and end.</summary>
    public CancellationToken ProducingEnds => _producing.Token;

    /// <summary>The ends of all partitions, as soon as nobody appends any more; readers read up to them.</summary>
    public Task<IReadOnlyList<long>> Ends => _ends.Task;

    /// <summary>The recorder's clock.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>A partition of the topic by its history's name.</summary>
    public PartitionId PartitionOf(int partition) => new(Topic, partition);

    /// <summary>A number that no other client of the history has.</summary>
    public int NextProcess() => Interlocked.Increment(ref _processes);

    /// <summary>Values that no other request of the history has.</summary>
    public long[] NextValues(int count)
    {
        var end = Interlocked.Add(ref _values, count);
        return [.. Enumerable.Range(0, count).Select(delta => end - count + delta)];
    }

    /// <summary>Whether these positions, one for each partition, have reached ends that are known.</summary>
    public bool IsAtEnd(IReadOnlyList<long> next) =>
        Ends is { IsCompletedSuccessfully: true, Result: var ends }
        && ends.Index().All(end => next[end.Index] >= end.Item);

    /// <summary>Tells the producers to end.</summary>
    public void EndProducing() => _producing.Cancel();

    /// <summary>Tells the readers how far to read.</summary>
    public void EndAt(IReadOnlyList<long> ends) => _ends.SetResult(ends);
}
