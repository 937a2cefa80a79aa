using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Lets the requests of this node to one share partition go one after the other: at once, all but one would lose the
/// race for the row, and pay for it. Requests through other nodes are held off by the row alone.
/// </summary>
/// <remarks>Partitions share a fixed number of gates, so that nothing has to be forgotten.</remarks>
internal sealed class PartitionGates
{
    private const int Count = 256;

    private readonly Gate[] _gates = [.. Enumerable.Range(0, Count).Select(static _ => new Gate())];

    /// <summary>Does some work in its turn.</summary>
    /// <param name="queue">The life of the queue.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Abandons the wait for the turn.</param>
    public async ValueTask<T> InTurnAsync<T>(
        ulong queue, int partition, Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var gate = _gates[unchecked((int)((queue + (ulong)partition) % Count))];
        await gate.EnterAsync(cancellationToken);
        try
        {
            return await work();
        }
        catch (StorageUnavailableException exception)
        {
            // So that waits for a storage that does not answer do not add up.
            gate.Refuse(exception.ForAnother);
            throw;
        }
        finally
        {
            gate.Leave();
        }
    }
}
