using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// Pulls tokens and whole values out of a JSON body while it arrives. Memory is bounded by the largest value pulled as
/// a whole; every byte is scanned once, save for the token that a piece of the body ends in.
/// </summary>
/// <remarks>UTF-8 is checked strictly; <see cref="Utf8JsonReader"/> leaves that to whoever decodes a string.</remarks>
internal sealed class JsonBody
{
    private readonly BodyBuffer _body;
    private JsonReaderState _state;

    // Bytes of the window that were scanned but not consumed, because the value they belong to is not complete.
    private int _scanned;

    /// <summary>Reads a body from its current position.</summary>
    /// <param name="body">The body; the caller disposes it.</param>
    /// <param name="multipleValues">
    /// Whether values may follow each other at the top, with nothing or white space between.
    /// </param>
    public JsonBody(BodyBuffer body, bool multipleValues = false)
    {
        _body = body;
        _state = new(new JsonReaderOptions { AllowMultipleValues = multipleValues });
    }

    /// <summary>What an empty body is told to be, as it goes on after "Expected is"; may be empty.</summary>
    public string Expected { get; init; } = "";

    /// <summary>The position in the body of the last value or token, in bytes.</summary>
    public long ItemPosition { get; private set; }

    /// <summary>The token that <see cref="ReadTokenAsync"/> read last.</summary>
    public JsonTokenType TokenType { get; private set; }

    /// <summary>Whether bytes have arrived that were not looked at yet, so that the next read need not wait.</summary>
    public bool HasBufferedBytes => _body.Unread.Length > _scanned;

    /// <summary>Reads one token.</summary>
    /// <param name="cancellationToken">Abandons the wait for more of the body.</param>
    /// <returns>The token's raw bytes, quotes and escapes included; null at the end of the body.</returns>
    /// <exception cref="RequestRefusedException">The body is no JSON, no UTF-8, or too large.</exception>
    public ValueTask<ReadOnlyMemory<byte>?> ReadTokenAsync(CancellationToken cancellationToken) =>
        ReadAsync(whole: false, cancellationToken);

    /// <summary>Reads one whole value.</summary>
    /// <param name="cancellationToken">Abandons the wait for more of the body.</param>
    /// <returns>
    /// The value's raw bytes, valid until the next read; null when the array or the body ends instead.
    /// </returns>
    /// <exception cref="RequestRefusedException">The body is no JSON, no UTF-8, or too large.</exception>
    public ValueTask<ReadOnlyMemory<byte>?> ReadValueAsync(CancellationToken cancellationToken) =>
        ReadAsync(whole: true, cancellationToken);

    /// <summary>Says that the body breaks a rule at the last value or token.</summary>
    /// <param name="detail">The rule, with expected and actual.</param>
    public RequestRefusedException Refuse(string detail) =>
        new(Problem.InvalidRequest($"At byte {ItemPosition} of the body: {detail}"));

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(bool whole, CancellationToken cancellationToken)
    {
        var scan = new Scan(whole);
        while (true)
        {
            if (TryScan(ref scan))
            {
                return Take(scan);
            }

            if (_body.IsComplete)
            {
                TokenType = JsonTokenType.None;
                return null;
            }

            await _body.FillAsync(cancellationToken);
        }
    }

    private bool TryScan(ref Scan scan)
    {
        var reader = new Utf8JsonReader(_body.Unread.Span[_scanned..], _body.IsComplete, _state);
        try
        {
            var done = scan.Advance(ref reader, _scanned);
            _scanned += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            return done;
        }
        catch (JsonException exception)
        {
            throw new RequestRefusedException(Problem.InvalidRequest(IsEmpty
                ? "The body is empty." + (Expected.Length > 0 ? $" Expected is {Expected}." : "")
                : $"The body is not well-formed JSON at line {exception.LineNumber + 1}, byte "
                    + $"{exception.BytePositionInLine} of the line: "
                    + JsonDetail.Of(exception, _body.Unread.Span[_scanned..], _state)));
        }
    }

    private bool IsEmpty => _body.Position == 0 && _body.Unread.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private ReadOnlyMemory<byte>? Take(in Scan scan)
    {
        var start = scan.Start;
        var item = _body.Unread[start.._scanned];
        ItemPosition = _body.Position + start;
        TokenType = scan.TokenType;
        if (!Utf8.IsValid(item.Span))
        {
            throw Refuse("these bytes are not valid UTF-8.");
        }

        _body.Consume(_scanned);
        _scanned = 0;

        // The type is spelled out: a bare null would turn into an empty memory here.
        return scan.IsEndOfArray ? default(ReadOnlyMemory<byte>?) : item;
    }

    /// <summary>How far the scan for one item has come, over any number of pieces of the body.</summary>
    private struct Scan(bool whole)
    {
        private bool _started;
        private int _depth;

        public int Start { get; private set; }

        public JsonTokenType TokenType { get; private set; }

        public readonly bool IsEndOfArray => whole && TokenType == JsonTokenType.EndArray && !_started;

        public bool Advance(ref Utf8JsonReader reader, int offset)
        {
            while (reader.Read())
            {
                if (!_started)
                {
                    Start = offset + (int)reader.TokenStartIndex;
                    TokenType = reader.TokenType;
                    _depth = reader.CurrentDepth;
                    if (!whole || TokenType == JsonTokenType.EndArray)
                    {
                        return true;
                    }

                    _started = true;
                }

                if (reader.CurrentDepth == _depth && !IsStart(reader.TokenType))
                {
                    return true;
                }
            }

            return false;
        }

        private static bool IsStart(JsonTokenType token) =>
            token is JsonTokenType.StartObject or JsonTokenType.StartArray;
    }
}
