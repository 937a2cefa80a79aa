using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>Says whether a copy keeps a record.</summary>
/// <param name="record">
/// The record where it lies, with its offset; its memory may be used again when the call is over. A record that nobody
/// can read is not asked about: a batch whose records do not parse is kept as it is.
/// </param>
internal delegate bool RecordSelection(in RecordView record);
