namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>What is stored now, and what a month of it costs.</summary>
/// <param name="AppendBytes">Bytes in append blobs.</param>
/// <param name="CopyBytes">Bytes in copies.</param>
/// <param name="AppendUsd">What a month of the append blobs costs.</param>
/// <param name="CopyUsd">What a month of the copies costs.</param>
public sealed record StoredCost(long AppendBytes, long CopyBytes, decimal AppendUsd, decimal CopyUsd);
