using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>A receipt that a stream owes its client, in the order of the records.</summary>
/// <param name="Answer">What becomes of the record's batch; null when the record was refused.</param>
/// <param name="Error">Why the record was refused; null when it is in a batch.</param>
/// <param name="Partition">The partition it goes to.</param>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Timestamp">The timestamp it keeps unless the log gives it another.</param>
/// <param name="HasOwnTimestamp">Whether the client gave it.</param>
/// <param name="Key">What is said about the key.</param>
/// <param name="Value">What is said about the value.</param>
/// <param name="Bytes">How much it takes of what may be pending.</param>
internal readonly record struct PendingReceipt(
    Task<BatchAnswer>? Answer,
    ConfluentError? Error,
    int Partition = 0,
    int Index = 0,
    long Timestamp = 0,
    bool HasOwnTimestamp = false,
    ReceiptData? Key = null,
    ReceiptData? Value = null,
    int Bytes = 0)
{
    /// <summary>A record that was refused.</summary>
    public static PendingReceipt Refused(ConfluentError error) => new(null, ReceiptWriter.Streamed(error));
}
