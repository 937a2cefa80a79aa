using System.Diagnostics;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>What the catalog's refusals are called here. Pure.</summary>
internal static class TopicProblems
{
    /// <summary>The problem to answer.</summary>
    /// <param name="problem">The catalog's refusal.</param>
    public static Problem Of(TopicProblem problem) => new(
        problem.Code switch
        {
            TopicProblemCode.InvalidPartitions => ProblemCode.InvalidPartitions,
            TopicProblemCode.InvalidConfig => ProblemCode.InvalidConfig,
            TopicProblemCode.InvalidRequest => ProblemCode.InvalidRequest,
            _ => throw new UnreachableException($"No problem is defined for {problem.Code}."),
        },
        problem.Detail);
}
