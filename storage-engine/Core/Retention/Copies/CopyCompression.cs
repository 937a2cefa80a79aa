using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>How a copy compresses batches, after the topic's <c>compression.type</c>.</summary>
/// <remarks>
/// With <c>producer</c>, what its producer compressed keeps its codec, and what it did not compress gets zstd;
/// <c>uncompressed</c> leaves every codec as it is; the name of a codec is that codec. All of it where it pays: a batch
/// that would not become a tenth smaller stays as it is.
/// </remarks>
internal sealed class CopyCompression
{
    private readonly CompressionType? _always;
    private readonly CompressionType _ofUncompressed;

    private CopyCompression(CompressionType? always, CompressionType ofUncompressed)
    {
        _always = always;
        _ofUncompressed = ofUncompressed;
    }

    /// <summary>No batch gets another codec.</summary>
    public static CopyCompression AsItIs { get; } = new(null, CompressionType.None);

    /// <summary>What a topic asks for.</summary>
    public static CopyCompression Of(TopicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.ValueOf(TopicConfigDefinitions.Compression) switch
        {
            "producer" => new CopyCompression(null, CompressionType.Zstd),
            "gzip" => new CopyCompression(CompressionType.Gzip, CompressionType.Gzip),
            "snappy" => new CopyCompression(CompressionType.Snappy, CompressionType.Snappy),
            "lz4" => new CopyCompression(CompressionType.Lz4, CompressionType.Lz4),
            "zstd" => new CopyCompression(CompressionType.Zstd, CompressionType.Zstd),
            _ => AsItIs,
        };
    }

    /// <summary>The codec that a batch should have.</summary>
    /// <param name="present">The one that it has.</param>
    public CompressionType For(CompressionType present) =>
        _always ?? (present == CompressionType.None ? _ofUncompressed : present);

    /// <summary>Whether a batch is worth another codec.</summary>
    /// <param name="present">Its bytes as they are.</param>
    /// <param name="possible">Its bytes as they could be.</param>
    public static bool Pays(long present, long possible) => possible * 10 <= present * 9;
}
