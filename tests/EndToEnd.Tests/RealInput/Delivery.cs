namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>A flight as a consumer got it.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Flight">The flight.</param>
internal readonly record struct Delivery(int Partition, long Offset, Flight Flight);
