namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>A segment in a shared log.</summary>
/// <param name="Id">Its number in the shared log.</param>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record CarriedSegment(long Id, string Name, long Length);
