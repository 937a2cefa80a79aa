using System.Buffers;

namespace Serverless.StorageEngine.Compression;

/// <summary>Reads a stream of unknown length, up to a limit.</summary>
internal static class BoundedRead
{
    private const int FirstBytesMin = 4 * 1024;
    private const int RatioGuess = 4;

    /// <summary>All bytes up to the end of <paramref name="source"/>.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="compressedBytes">How many bytes stand behind the source; a hint for the room asked for.</param>
    /// <param name="lengthMax">The most bytes that the source may have.</param>
    /// <param name="target">Gets them.</param>
    /// <exception cref="InvalidDataException">The source has more.</exception>
    public static void ToEnd(Stream source, int compressedBytes, int lengthMax, IBufferWriter<byte> target)
    {
        var guess = (int)Math.Min(Math.Max(FirstBytesMin, (long)compressedBytes * RatioGuess), lengthMax);
        for (var length = 0; length < lengthMax;)
        {
            var room = target.GetSpan(length == 0 ? guess : 1);
            var read = source.Read(room[..Math.Min(room.Length, lengthMax - length)]);
            if (read == 0)
            {
                return;
            }

            target.Advance(read);
            length += read;
        }

        if (source.ReadByte() >= 0)
        {
            throw new InvalidDataException($"The bytes restore to more than the {lengthMax} that are allowed.");
        }
    }
}
