namespace Serverless.Functions.Api.Errors;

/// <summary>
/// A reader of request bodies met something it refuses. Raised only while a body is pulled in, where a value would have
/// to pass through every level of the pull; nothing between the reader and the edge handles it, except to add what was
/// already stored.
/// </summary>
public sealed class RequestRefusedException : Exception
{
    /// <summary>Refuses the request.</summary>
    /// <param name="problem">Why; becomes the answer.</param>
    public RequestRefusedException(Problem problem)
        : base(problem.Detail) => Problem = problem;

    /// <summary>The answer.</summary>
    public Problem Problem { get; }
}
