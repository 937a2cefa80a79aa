using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// What the headers of a record may take once somebody looks at them: each becomes an object, and each name a text. A
/// batch of a few kilobytes may restore to millions of them.
/// </summary>
public static class RecordHeaderRules
{
    /// <summary>The most headers of one record.</summary>
    public const int CountMax = short.MaxValue;

    /// <summary>The most bytes of UTF-8 of a header's name: the length of a string in Kafka's protocol.</summary>
    public const int NameBytesMax = short.MaxValue;

    /// <summary>Checks the headers of a record that parses.</summary>
    /// <returns>Null, or what is wrong with the record: the end of a sentence.</returns>
    internal static string? Check(ReadOnlySpan<byte> records, in RecordFrame frame)
    {
        if (frame.HeaderCount > CountMax)
        {
            return $"it has {frame.HeaderCount} headers where at most {CountMax} are possible";
        }

        var position = frame.HeadersStart;
        for (var i = 0; i < frame.HeaderCount; i++)
        {
            var read = RecordFrame.TryReadSlice(records, ref position, out var name);
            Invariant.Holds(read && RecordFrame.TryReadSlice(records, ref position, out _));
            if (name.Length > NameBytesMax)
            {
                return $"the name of header {i} has {name.Length} bytes where at most {NameBytesMax} are possible";
            }
        }

        return null;
    }
}
