using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>A path that names a partition and a record that names another contradict each other.</summary>
internal static class PathPartition
{
    /// <summary>What is wrong with the record's own partition, or null.</summary>
    /// <param name="record">The record.</param>
    /// <param name="partition">The path's partition.</param>
    public static string? Check(in ProduceRecord record, int partition) =>
        record.Partition is null || record.Partition == partition
            ? null
            : $"the record names partition {record.Partition}, the path names {partition}.";
}
