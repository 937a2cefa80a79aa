using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Idempotence;

/// <summary>How the batches of a run promise to be stored once, if they do.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Producers">How many producers or requests take turns; 0 for a new request with every batch.</param>
/// <param name="IsKeyed">Whether batches are named by requests instead of producers.</param>
internal sealed record BatchKind(string Name, int Producers, bool IsKeyed)
{
    /// <summary>Batches that promise nothing: what the others are compared with.</summary>
    public static readonly BatchKind Plain = new("plain", Producers: 0, IsKeyed: false);

    /// <summary>Plain ones first, then every kind of promise, with little and with much to remember.</summary>
    public static readonly IReadOnlyList<BatchKind> All =
    [
        Plain,
        new("producer id, 1 producer", 1, IsKeyed: false),
        new("producer id, 1,000 producers in turn", 1_000, IsKeyed: false),
        new("idempotency key, one stream", 1, IsKeyed: true),
        new("idempotency key, a new one for each batch", 0, IsKeyed: true),
    ];

    /// <summary>Whether batches of this kind can be repeated.</summary>
    public bool IsIdempotent => Producers > 0 || IsKeyed;

    /// <summary>The batch with a number, as its client would send it.</summary>
    /// <param name="builder">Used for one batch after the other.</param>
    /// <param name="number">From 0; batches of one producer or request follow each other without a gap.</param>
    /// <param name="records">How many records it has.</param>
    /// <param name="value">The value of each.</param>
    public RecordBatch Build(RecordBatchBuilder builder, int number, int records, ReadOnlyMemory<byte> value)
    {
        for (var record = 0; record < records; record++)
        {
            builder.Append(1_700_000_000_000, null, value, []);
        }

        if (!IsKeyed && Producers > 0)
        {
            builder.SetProducer(number % Producers, 0, number / Producers * records);
        }

        return builder.Build();
    }

    /// <summary>The conditions of the batch with a number.</summary>
    public AppendConditions Conditions(TopicId topic, int number, int records) => !IsKeyed
        ? AppendConditions.None
        : new AppendConditions
        {
            Request = Producers > 0
                ? RequestKey.Of(topic, "stream", number * records)
                : RequestKey.Of(topic, $"request-{number}", 0),
        };
}
