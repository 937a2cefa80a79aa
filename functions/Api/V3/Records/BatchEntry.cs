namespace Serverless.Functions.Api.V3.Records;

/// <summary>One entry of a batch.</summary>
/// <param name="Id">The client's name for it, unique in the batch.</param>
/// <param name="Json">The whole entry.</param>
internal readonly record struct BatchEntry(string Id, ReadOnlyMemory<byte> Json);
