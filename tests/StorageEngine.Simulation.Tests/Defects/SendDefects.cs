using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Nodes that treat the sends of plain producers otherwise than the engine does.</summary>
internal static class SendDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A node answers an older offset", AnomalyKind.AcknowledgedMissing, static () => Sending(
            static (node, append) => AnswerAsync(node, append, by: -1))),
        new("A node answers offsets that are not there yet", AnomalyKind.EndAhead, static () => Sending(
            static (node, append) => AnswerAsync(node, append, by: 7))),
        new("A node answers a send with an offset far back", AnomalyKind.NonmonotonicSend, static () => Sending(
            static (node, append) => AnswerAsync(node, append, by: -1_000))),
        new("A node answers a send, and stores it behind the next one", AnomalyKind.WriteOrder, HoldingBack),
        new("A node drops a send", AnomalyKind.AcknowledgedMissing, static () => Sending(DropAsync)),
        new("A node answers before the append is durable", AnomalyKind.EndAhead, static () => Sending(
            static async (node, append) =>
            {
                var answer = await DropAsync(node, append);
                _ = SendQuietlyAsync(node, append);
                return answer;
            })),
        new("A node appends a batch twice", AnomalyKind.Duplicate, static () => Sending(
            static async (node, append) =>
            {
                await append.SendCopyAsync(node);
                return await append.SendAsync(node);
            })),
        new("A node calls an unknown outcome a failure", AnomalyKind.FailedPresent, CallingUnknownFailed),
        new("A node fails a send that it has stored", AnomalyKind.AbortedRead, static () => Sending(
            static async (node, append) =>
            {
                await append.SendAsync(node);
                throw new StorageUnavailableException("failed");
            })),
    ];

    private static SimulationOptions Sending(
        Func<NodeService, BrokenAppend, ValueTask<AppendOutcome>> broken, int every = 6)
    {
        var breaks = Defect.Every(every);
        return Serving(inner => new BrokenService(inner)
        {
            Append = (node, append) => append.IsPlain && breaks() ? broken(node, append) : append.SendAsync(node),
        });
    }

    private static SimulationOptions Serving(Func<NodeService, NodeService> decorate) =>
        SimulationOptions.Default with { DecorateNodes = decorate };

    // Clients must wait for longer than the engine looks for the outcome, which it does for a short time only.
    private static SimulationOptions CallingUnknownFailed() => Sending(FailAsync, every: 1) with
    {
        Adjust = static knobs => knobs with
        {
            Seats = [.. Enumerable.Repeat(new ClientRole("plain", PlainProducer.RunAsync), 6)],
            Workload = knobs.Workload with { Timeout = TimeSpan.FromMinutes(1) },
            Nodes = knobs.Nodes with
            {
                Log = knobs.Nodes.Log with
                {
                    Tuning = knobs.Nodes.Log.Tuning with { ResolveTimeout = TimeSpan.FromMilliseconds(100) },
                },
            },
        },
    };

    private static async ValueTask<AppendOutcome> FailAsync(NodeService node, BrokenAppend append)
    {
        try
        {
            return await append.SendAsync(node);
        }
        catch (StorageOutcomeUnknownException)
        {
            throw new StorageUnavailableException("failed");
        }
    }

    private static SimulationOptions HoldingBack()
    {
        Func<Task>? held = null;
        var holds = Defect.Every(calls: 6);
        return Serving(inner => new BrokenService(inner)
        {
            Append = async (node, append) =>
            {
                if (append.IsPlain && held is null && holds())
                {
                    held = () => SendQuietlyAsync(node, append);
                    return await DropAsync(node, append);
                }

                var answer = await append.SendAsync(node);
                var late = held;
                held = null;
                await (late?.Invoke() ?? Task.CompletedTask);
                return answer;
            },
        });
    }

    private static async ValueTask<AppendOutcome> AnswerAsync(NodeService node, BrokenAppend append, int by)
    {
        var outcome = await append.SendAsync(node);
        return outcome is AppendOutcome.Appended appended
            ? appended with { BaseOffset = Math.Max(0, appended.BaseOffset + by) }
            : outcome;
    }

    private static async ValueTask<AppendOutcome> DropAsync(NodeService node, BrokenAppend append) =>
        await node.GetOffsetsAsync(append.Topic, append.Partition, CancellationToken.None) is { } ends
            ? new AppendOutcome.Appended(ends.HighWatermark, null, ends.LogStartOffset, Duplicate: false)
            : new AppendOutcome.UnknownTopicOrPartition();

    // Nobody waits for what became of it.
    private static async Task SendQuietlyAsync(NodeService node, BrokenAppend append)
    {
        try
        {
            await append.SendAsync(node);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
        }
    }
}
