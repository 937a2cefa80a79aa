using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Engine;

/// <summary>Builds the batches that a round sends, before its clock starts.</summary>
internal static class Requests
{
    private const long Timestamp = 1_700_000_000_000;

    /// <summary>Batches full of records with random values and no keys.</summary>
    /// <remarks>An append takes its batch over, so that every request of a round has one of its own.</remarks>
    /// <param name="workload">The sizes.</param>
    /// <param name="count">How many.</param>
    public static RecordBatch[] Build(Workload workload, int count)
    {
        var value = new byte[workload.RecordBytes];
        new Random(1).NextBytes(value);
        var builder = new RecordBatchBuilder(workload.RequestBytes);
        var batches = new RecordBatch[count];
        for (var number = 0; number < count; number++)
        {
            while (builder.LengthAfter(Timestamp, null, value, []) <= workload.RequestBytes)
            {
                builder.Append(Timestamp, null, value, []);
            }

            batches[number] = builder.Build();
        }

        return batches;
    }
}
