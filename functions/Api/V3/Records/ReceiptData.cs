namespace Serverless.Functions.Api.V3.Records;

/// <summary>What a receipt says about a record's key or value.</summary>
/// <param name="Type">The type that the client gave.</param>
/// <param name="Size">The number of bytes stored.</param>
internal readonly record struct ReceiptData(string Type, int Size);
