using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Engine;

/// <summary>Builds the batches that a round sends, before its clock starts.</summary>
internal static class Requests
{
    private const long Timestamp = 1_700_000_000_000;

    /// <summary>Batches of records with random values and no keys.</summary>
    /// <remarks>An append takes its batch over, so that every request of a round has one of its own.</remarks>
    public static RecordBatch[] Build(Workload workload)
    {
        var value = new byte[workload.RecordBytes];
        new Random(1).NextBytes(value);
        var builder = new RecordBatchBuilder(workload.RecordsPerRequest * (workload.RecordBytes + 32));
        var batches = new RecordBatch[workload.Requests];
        for (var number = 0; number < batches.Length; number++)
        {
            for (var record = 0; record < workload.RecordsPerRequest; record++)
            {
                builder.Append(Timestamp, null, value, []);
            }

            batches[number] = builder.Build();
        }

        return batches;
    }
}
