using Serverless.Azurite;
using Serverless.StorageEngine.Storage;

namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>The one store of a chaos run: how the nodes reach it, and how the test reads it in the end.</summary>
internal interface IChaosStore : IAsyncDisposable
{
    /// <summary>The arguments with which a node reaches the store.</summary>
    /// <param name="node">The node's place, from 0.</param>
    string[] ArgumentsOf(int node);

    /// <summary>What can go wrong between each node and the store; empty when nothing can.</summary>
    IReadOnlyList<SeededFaults> Faults { get; }

    /// <summary>The stored segments, through the real adapter and past all faults.</summary>
    ISegmentStore Segments { get; }

    /// <summary>The stored rows, through the real adapter and past all faults.</summary>
    ITableStore Tables { get; }
}
