namespace Serverless.StorageEngine.Compression;

/// <summary>Reads a stream of unknown length into one array that never grows past a limit.</summary>
internal static class BoundedRead
{
    private const int FirstBytesMin = 4 * 1024;
    private const int RatioGuess = 4;

    /// <summary>All bytes up to the end of <paramref name="source"/>.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="compressedBytes">How many bytes stand behind the source; only a hint for the first array.</param>
    /// <param name="lengthMax">The most bytes that the source may have.</param>
    /// <exception cref="InvalidDataException">The source has more.</exception>
    public static ReadOnlyMemory<byte> ToEnd(Stream source, int compressedBytes, int lengthMax)
    {
        var guess = Math.Max(FirstBytesMin, (long)compressedBytes * RatioGuess);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(guess, lengthMax));
        var length = 0;
        while (true)
        {
            var read = source.Read(bytes.AsSpan(length));
            length += read;
            if (length == bytes.Length)
            {
                if (source.ReadByte() is var next && next < 0)
                {
                    return bytes;
                }

                bytes = Grown(bytes, lengthMax);
                bytes[length++] = (byte)next;
            }
            else if (read == 0)
            {
                return bytes.AsMemory(0, length);
            }
        }
    }

    private static byte[] Grown(byte[] bytes, int lengthMax)
    {
        if (bytes.Length >= lengthMax)
        {
            throw new InvalidDataException($"The bytes restore to more than the {lengthMax} that are allowed.");
        }

        var grown = GC.AllocateUninitializedArray<byte>((int)Math.Min(2L * bytes.Length, lengthMax));
        bytes.CopyTo(grown, 0);
        return grown;
    }
}
