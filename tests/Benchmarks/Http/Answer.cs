namespace Serverless.Benchmarks.Http;

/// <summary>What a client needs to know of an answer.</summary>
/// <param name="Status">The status code.</param>
/// <param name="BodyBytes">Without the frames of chunks.</param>
/// <param name="IsChunked">Whether the server did not tell the length.</param>
/// <param name="NextOffset">Where the next page begins, if the server says so in a header.</param>
internal readonly record struct Answer(int Status, long BodyBytes, bool IsChunked, long? NextOffset);
