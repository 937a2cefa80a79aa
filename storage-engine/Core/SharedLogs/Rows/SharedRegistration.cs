namespace Serverless.StorageEngine.SharedLogs.Rows;

/// <summary>Says that a shared log exists, so that keepers find it.</summary>
/// <param name="Log">Its name.</param>
internal sealed record SharedRegistration(string Log);
