using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Bounds the bytes of records between their arrival and their receipt. One side takes and waits, the other gives back.
/// </summary>
/// <remarks>They count as the node's memory for requests too; where that is used up, whoever has something pending waits
/// until it is given back, and others are refused.</remarks>
/// <param name="bytesMax">The most bytes; a single larger record is let through when nothing else is pending.</param>
/// <param name="memory">Where they count too.</param>
internal sealed class PendingBytes(long bytesMax, BatchMemory memory)
{
    private readonly Lock _gate = new();
    private long _pending;
    private TaskCompletionSource? _waiting;

    /// <summary>Takes <paramref name="bytes"/> if they fit now.</summary>
    /// <exception cref="RequestRefusedException">They do not, and nothing is pending that would be given
    /// back.</exception>
    public bool TryTake(int bytes)
    {
        lock (_gate)
        {
            if (_pending > 0 && _pending + bytes > bytesMax)
            {
                return false;
            }

            if (memory.TryHold(_pending + bytes) is { } refused)
            {
                return _pending > 0 ? false : throw new RequestRefusedException(refused);
            }

            _pending += bytes;
            return true;
        }
    }

    /// <summary>Waits until <paramref name="bytes"/> fit, and takes them.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        while (!TryTake(bytes))
        {
            await NextReleaseAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Release(int bytes)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _pending -= bytes;
            memory.TryHold(_pending);
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    private Task NextReleaseAsync()
    {
        lock (_gate)
        {
            // Everything may have been given back since the last look.
            if (_pending == 0)
            {
                return Task.CompletedTask;
            }

            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }
}
