namespace Serverless.StorageEngine.Log;

/// <summary>
/// What all requests share of memory has no room for what a request would hold next; nothing was allocated. It has when
/// others have been answered.
/// </summary>
/// <param name="wantedBytes">What was asked for, in bytes.</param>
public sealed class OutOfBytesException(long wantedBytes)
    : Exception($"All requests together leave no room for {wantedBytes} bytes.");
