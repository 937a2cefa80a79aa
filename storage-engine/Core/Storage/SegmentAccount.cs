namespace Serverless.StorageEngine.Storage;

/// <summary>One of the storage accounts that hold segments.</summary>
/// <param name="Name">Lower-case letters, digits and dashes; stored in names of segments, so it never changes.</param>
/// <param name="Store">Its segments.</param>
public sealed record SegmentAccount(string Name, ISegmentStore Store);
