namespace Serverless.Functions.Api.Native.Produce;

/// <summary>What a batch of a stream holds.</summary>
/// <param name="FirstLine">The line of its first record.</param>
/// <param name="LastLine">The line of its last record.</param>
/// <param name="Records">The number of its records.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct StreamBatch(long FirstLine, long LastLine, int Records, int Bytes);
