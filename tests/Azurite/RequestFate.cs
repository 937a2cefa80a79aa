namespace Serverless.Azurite;

/// <summary>What <see cref="FaultProxy"/> does to one request, and how long it takes.</summary>
/// <param name="Fault">What happens to it.</param>
/// <param name="RequestDelay">
/// How long it is on its way to the server. One that its sender gave up arrives all the same.
/// </param>
/// <param name="AnswerDelay">How long the answer, or what stands in its place, is on its way back.</param>
public readonly record struct RequestFate(
    ProxyFault Fault, TimeSpan RequestDelay = default, TimeSpan AnswerDelay = default)
{
    /// <summary>A fault without a delay.</summary>
    public static implicit operator RequestFate(ProxyFault fault) => new(fault);
}
