using System.Buffers;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Http;

/// <summary>
/// The embedded store behind the bare server: bodies as they come, one append in flight, and everything that comes
/// meanwhile in the next one. No engine: nothing is checked, counted or indexed.
/// </summary>
internal sealed class BareStore : IAsyncDisposable
{
    // The store's own limit is 50,000.
    private const int BlocksMax = 40_000;

    private readonly EmbeddedDatabase _database;
    private readonly EmbeddedSegmentStore _segments;
    private readonly Lock _gate = new();
    private List<ReadOnlyMemory<byte>> _waiting = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isWriting;
    private SegmentName _segment;
    private int _number;
    private int _blocks = BlocksMax;
    private long _end;

    /// <summary>Opens a store in a folder.</summary>
    public BareStore(string folder)
    {
        _database = new EmbeddedDatabase(folder, TimeProvider.System);
        _segments = new EmbeddedSegmentStore(_database);
    }

    /// <summary>Stores a body; ends when it is durable.</summary>
    /// <param name="body">The caller's again when the task has ended.</param>
    public Task AppendAsync(ReadOnlyMemory<byte> body)
    {
        lock (_gate)
        {
            _waiting.Add(body);
            var durable = _next.Task;
            if (!_isWriting)
            {
                _isWriting = true;
                _ = WriteAsync();
            }

            return durable;
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task WriteAsync()
    {
        while (true)
        {
            List<ReadOnlyMemory<byte>> bodies;
            TaskCompletionSource durable;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                (bodies, durable) = (_waiting, _next);
                (_waiting, _next) = ([], new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            try
            {
                await AppendAsync(bodies);
                durable.SetResult();
            }
            catch (Exception exception)
            {
                durable.SetException(exception);
            }
        }
    }

    private async Task AppendAsync(List<ReadOnlyMemory<byte>> bodies)
    {
        if (_blocks == BlocksMax)
        {
            (_segment, _blocks, _end) = (new SegmentName($"bare-{_number++}"), 0, 0);
            await _segments.CreateAsync(_segment, CancellationToken.None);
        }

        var block = BodyChain.Of(bodies);
        var outcome = await _segments.AppendAsync(_segment, _end, block, CancellationToken.None);
        if (outcome != SegmentAppend.Appended)
        {
            throw new InvalidOperationException($"The bare store answered an append with {outcome}.");
        }

        (_blocks, _end) = (_blocks + 1, _end + block.Length);
    }

    private sealed class BodyChain : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(List<ReadOnlyMemory<byte>> bodies)
        {
            var first = new BodyChain { Memory = bodies[0] };
            var last = first;
            foreach (var body in bodies.Skip(1))
            {
                var next = new BodyChain { Memory = body, RunningIndex = last.RunningIndex + last.Memory.Length };
                (last.Next, last) = (next, next);
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
