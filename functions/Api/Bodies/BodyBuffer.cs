using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// A window over a request body: contiguous, moving forward, never larger than the largest item it has to hold.
/// </summary>
/// <remarks>
/// <para>
/// It counts as <see cref="RequestMemory"/> until the request is answered: every byte of a body that may fit into the
/// window as a whole, because what is consumed of it lives on in batches until then; of a stream what the window has
/// grown by. The first piece of a window is covered by the limit of connections. Not safe for concurrent use. Slices of
/// <see cref="Unread"/> are valid until the next fill.
/// </para>
/// <para>
/// A stream may pause as long as it likes, but only between its items: then it holds nothing but the first piece. An
/// item that has begun ends within <see cref="ApiSettings.StreamItemTimeout"/>.
/// </para>
/// </remarks>
internal sealed class BodyBuffer : IDisposable
{
    private const int InitialBytes = 64 * 1024;

    // White space between two items; more is taken for the beginning of one, since nobody pauses in the middle of it.
    private const int BlankBytesMax = 64;

    private readonly Stream _body;
    private readonly MemoryShare _memory;
    private readonly long _bodyBytesMax;
    private readonly int _windowBytesMax;
    private readonly TimeSpan _itemTimeout;
    private readonly TimeProvider _time;
    private byte[] _window;
    private int _start;
    private int _end;
    private bool _isReading;
    private int _grownBytes;
    private long? _itemBegan;

    private BodyBuffer(HttpRequest request, long bodyBytesMax, int windowBytesMax)
    {
        var services = request.HttpContext.RequestServices;
        _body = request.Body;
        _memory = services.GetRequiredService<RequestMemory>().ShareOf(request.HttpContext);
        _bodyBytesMax = bodyBytesMax;
        _windowBytesMax = windowBytesMax;
        _itemTimeout = services.GetRequiredService<ApiSettings>().StreamItemTimeout;
        _time = services.GetRequiredService<TimeProvider>();
        _window = ArrayPool<byte>.Shared.Rent(Math.Min(InitialBytes, windowBytesMax));
    }

    /// <summary>What has arrived and is not consumed.</summary>
    public ReadOnlyMemory<byte> Unread => _window.AsMemory(_start, _end - _start);

    /// <summary>The number of bytes of the body in front of <see cref="Unread"/>.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the body has ended; <see cref="Unread"/> is then its rest.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Opens the window, unless the announced length is too large already: then nothing is read.</summary>
    /// <param name="request">The request whose body is read.</param>
    /// <param name="bodyBytesMax">The most bytes of the body.</param>
    /// <param name="windowBytesMax">The most bytes of one item.</param>
    /// <exception cref="RequestRefusedException">The announced length is above the limit.</exception>
    public static BodyBuffer Open(HttpRequest request, long bodyBytesMax, int windowBytesMax)
    {
        if (request.ContentLength > bodyBytesMax)
        {
            throw new RequestRefusedException(TooLarge(request.ContentLength.Value, bodyBytesMax));
        }

        // Our own limit takes the place of the server's, so that the refusal can say what was stored before it.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        return new(request, bodyBytesMax, windowBytesMax);
    }

    /// <summary>Marks the first bytes of <see cref="Unread"/> as done with.</summary>
    /// <param name="count">At most the length of <see cref="Unread"/>.</param>
    public void Consume(int count)
    {
        _start += count;
        Position += count;
        _itemBegan = null;
    }

    /// <summary>Waits for more of the body behind <see cref="Unread"/>, or for its end.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RequestRefusedException">
    /// The body, or one item in it, is above its limit or takes too long, or the node has no memory for it now.
    /// </exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var count = IsInItem
            ? await ReadInTimeAsync(cancellationToken)
            : await ReadAsync(cancellationToken);
        _end += count;
        IsComplete = count == 0;
        var received = Position + _end - _start;
        if (received > _bodyBytesMax)
        {
            throw new RequestRefusedException(TooLarge(received, _bodyBytesMax));
        }

        if (!IsStream)
        {
            Count(count);
        }
    }

    /// <summary>
    /// Waits for a byte that is not white space of JSON. Nothing is consumed, and no byte looked at twice.
    /// </summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>The byte; null when the body ends before.</returns>
    /// <exception cref="RequestRefusedException">As for <see cref="FillAsync"/>.</exception>
    public async ValueTask<byte?> FirstAsync(CancellationToken cancellationToken)
    {
        var blanks = 0;
        while (true)
        {
            var first = Unread.Span[blanks..].IndexOfAnyExcept(" \t\r\n"u8);
            if (first >= 0)
            {
                return Unread.Span[blanks + first];
            }

            if (IsComplete)
            {
                return null;
            }

            blanks = Unread.Length;
            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        // A read that nobody waits for any more may still write into the window, so that is left to the collector.
        if (!_isReading)
        {
            ArrayPool<byte>.Shared.Return(_window);
        }

        _window = [];
        _start = 0;
        _end = 0;
    }

    private bool IsStream => _windowBytesMax < _bodyBytesMax;

    private bool IsInItem => IsStream
        && (_end - _start > BlankBytesMax || Unread.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0);

    private async ValueTask<int> ReadInTimeAsync(CancellationToken cancellationToken)
    {
        _itemBegan ??= _time.GetTimestamp();
        var left = _itemTimeout - _time.GetElapsedTime(_itemBegan.Value);
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await ReadAsync(stop.Token);
        }
        catch (OperationCanceledException)
            when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RequestRefusedException(new(
                ProblemCode.RequestTimeout,
                $"What begins at byte {Position} of the body did not end within {_itemTimeout.TotalSeconds:0.###} "
                + "seconds; a stream may pause between its records only."));
        }
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        _isReading = true;
        try
        {
            return await _body.ReadAsync(_window.AsMemory(_end), cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new RequestRefusedException(Problem.InvalidRequest(
                $"Behind byte {Position} the body is not of the encoding that its Content-Encoding names."));
        }
        finally
        {
            _isReading = false;
        }
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (_start > 0)
        {
            _window.AsSpan(_start, length).CopyTo(_window);
            _start = 0;
            _end = length;
        }

        if (_grownBytes > 0 && !IsInItem)
        {
            Shrink();
        }

        if (length < _window.Length)
        {
            return;
        }

        if (length >= _windowBytesMax)
        {
            throw new RequestRefusedException(Problem.RequestTooLarge(
                $"What begins at byte {Position} of the body is longer than the {_windowBytesMax} bytes that one item "
                + "may have."));
        }

        var largerBytes = (int)Math.Min(2L * length, _windowBytesMax);
        if (IsStream)
        {
            Count(largerBytes - length);
            _grownBytes += largerBytes - length;
        }

        Resize(largerBytes);
    }

    // Between two items, which may be as far apart as the client likes.
    private void Shrink()
    {
        Resize(InitialBytes);
        _memory.Return(_grownBytes);
        _grownBytes = 0;
    }

    private void Resize(int bytes)
    {
        var other = ArrayPool<byte>.Shared.Rent(bytes);
        _window.AsSpan(0, _end).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_window);
        _window = other;
    }

    private void Count(int bytes)
    {
        if (_memory.TryTake(bytes) is { } refused)
        {
            throw new RequestRefusedException(refused);
        }
    }

    private static Problem TooLarge(long actual, long most) =>
        Problem.RequestTooLarge($"The body has {actual} bytes or more; at most {most} are accepted.");
}
