namespace Serverless.StorageEngine.Storage;

/// <summary>An opaque version of a row: an ETag. Only equality means anything.</summary>
/// <param name="Tag">The adapter's own text.</param>
public readonly record struct RowVersion(string Tag);
