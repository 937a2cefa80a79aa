using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>A record as a client of v3 sent it.</summary>
/// <param name="Record">What is appended.</param>
/// <param name="Key">What the receipt says about the key; null when the request has none.</param>
/// <param name="Value">What the receipt says about the value; null when the request has none.</param>
/// <param name="Id">The client's name for an entry of a batch; null in a stream.</param>
internal readonly record struct V3Record(ProduceRecord Record, ReceiptData? Key, ReceiptData? Value, string? Id);
