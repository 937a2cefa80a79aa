using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>A batch of a request, on its way to the log.</summary>
/// <param name="Records">The batch.</param>
/// <param name="FirstOrdinal">
/// The place of its first record among the request's records for the same partition, from 0 on.
/// </param>
internal readonly record struct NumberedBatch(RecordBatch Records, long FirstOrdinal);
