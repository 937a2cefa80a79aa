namespace Serverless.Functions.Api.Errors;

/// <summary>What holds for every problem of one code.</summary>
/// <param name="Name">The code on the wire; part of the contract.</param>
/// <param name="Status">The HTTP status; part of the contract.</param>
/// <param name="Title">One sentence that is the same for every problem of the code; not part of the contract.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
/// <param name="SideEffects">What the request changed, unless the problem itself says otherwise.</param>
public sealed record ProblemRule(string Name, int Status, string Title, bool Retryable, SideEffects SideEffects);
