namespace Serverless.Functions.Tests.Bodies;

/// <summary>A body that arrives in pieces of a fixed size.</summary>
internal sealed class PieceStream(byte[] body, int pieceBytes) : MemoryStream(body)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
}
