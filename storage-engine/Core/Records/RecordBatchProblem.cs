namespace Serverless.StorageEngine.Records;

/// <summary>Why bytes are not a record batch that can be appended.</summary>
/// <param name="Code">The kind of problem.</param>
/// <param name="Detail">One sentence with the expected and the actual value.</param>
public sealed record RecordBatchProblem(RecordBatchProblemCode Code, string Detail);
