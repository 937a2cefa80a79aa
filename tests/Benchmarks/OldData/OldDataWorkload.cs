using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.OldData;

/// <summary>What records a partition holds, and how they came.</summary>
/// <param name="Name">For the report.</param>
/// <param name="RecordsPerBatch">Records of one append: one block of the log.</param>
/// <param name="IsText">Lines of JSON; else random bytes, which no codec makes smaller.</param>
internal sealed record OldDataWorkload(string Name, int RecordsPerBatch, bool IsText)
{
    /// <summary>The bytes of a record's value.</summary>
    public const int RecordBytes = 1_024;

    /// <summary>What is measured.</summary>
    public static IReadOnlyList<OldDataWorkload> All { get; } =
    [
        new("random bytes, 1,000 a block", 1_000, IsText: false),
        new("random bytes, 10 a block", 10, IsText: false),
        new("JSON, 1,000 a block", 1_000, IsText: true),
        new("JSON, 10 a block", 10, IsText: true),
    ];

    /// <summary>The batch with this number.</summary>
    public RecordBatch Batch(int number)
    {
        var (random, builder) = (new Random(number), new RecordBatchBuilder(RecordsPerBatch * (RecordBytes + 32)));
        var value = new byte[RecordBytes];
        for (var record = 0; record < RecordsPerBatch; record++)
        {
            Fill(value, random, (number * RecordsPerBatch) + record);
            builder.Append(1_700_000_000_000 + number, null, value, []);
        }

        return builder.Build();
    }

    // A device's readings: names come again in every record, numbers do not.
    private void Fill(byte[] value, Random random, int record)
    {
        if (!IsText)
        {
            random.NextBytes(value);
            return;
        }

        var text = new StringBuilder("{\"reading\":").Append(CultureInfo.InvariantCulture, $"{record},\"values\":[");
        while (text.Length < RecordBytes - 40)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"{{\"sensor\":{random.Next(64)},\"value\":{random.NextDouble():F6}}},");
        }

        Encoding.ASCII.GetBytes(text.Append("0]}").ToString().PadRight(RecordBytes).AsSpan(0, RecordBytes), value);
    }
}
