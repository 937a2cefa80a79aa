using System.Buffers;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The bytes of what a copy says of itself (<c>FORMAT.md</c>, section 7).</summary>
internal static class CopySummaryFormat
{
    /// <summary>Writes the section's content.</summary>
    public static void Write(ArrayBufferWriter<byte> target, CopySummary copy)
    {
        SectionBytes.WriteInt64(target, copy.BaseOffset);
        SectionBytes.WriteInt64(target, copy.NextOffset);
        SectionBytes.WriteInt64(target, copy.Records);
        SectionBytes.WriteInt64(target, copy.MinTimestamp);
        SectionBytes.WriteInt64(target, copy.LargestTimestamp);
        SparseIndexFormat.Write(target, copy.Index);
    }

    /// <summary>Reads the section's content.</summary>
    /// <exception cref="ArgumentException">The bytes end too early, or state what cannot be.</exception>
    public static CopySummary Read(ReadOnlySpan<byte> source) => new(
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source),
        SparseIndexFormat.Read(ref source));
}
