namespace Serverless.Functions.Api.Bodies;

/// <summary>Cuts a body into lines; every byte is looked at once, however the body arrives.</summary>
internal sealed class LineReader(BodyBuffer body)
{
    private int _searched;

    /// <summary>The number of lines given so far: the 1-based number of the last one.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Takes the next line that has arrived completely; the last line of a body needs no line feed.</summary>
    /// <param name="line">The line without its line feed and carriage return; valid until the body's next fill.</param>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        line = default;
        var unread = body.Unread;
        var feed = unread.Span[_searched..].IndexOf((byte)'\n');
        if (feed < 0)
        {
            _searched = unread.Length;
            if (!body.IsComplete || unread.IsEmpty)
            {
                return false;
            }
        }

        var length = feed < 0 ? unread.Length : _searched + feed;
        line = unread[..length];
        if (line.Span is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        body.Consume(feed < 0 ? length : length + 1);
        _searched = 0;
        LineNumber++;
        return true;
    }
}
