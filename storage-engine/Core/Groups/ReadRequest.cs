using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Groups;

/// <summary>How an instance wants to read.</summary>
/// <param name="Wait">How long to wait for the first record when there is none.</param>
/// <param name="BytesMax">
/// Stop before keys and values of the records take more than this, in bytes; but one record is returned in any case.
/// </param>
/// <param name="ProblemOf">Says why a record cannot be shown to the client, or null when it can.</param>
public sealed record ReadRequest(TimeSpan Wait, int BytesMax, Func<Record, string?> ProblemOf);
