using System.Text.Json;

namespace Serverless.Functions.Api.Errors;

/// <summary>Why a request failed, independent of the shape in which one of the APIs will say it.</summary>
/// <param name="Code">The kind of problem; <see cref="ProblemRules"/> knows the rest about it.</param>
/// <param name="Detail">One or two sentences for a person, with expected and actual values; never internals.</param>
public sealed record Problem(ProblemCode Code, string Detail)
{
    /// <summary>What holds for every problem of this code.</summary>
    public ProblemRule Rule => ProblemRules.Of(Code);

    /// <summary>What the request changed, where that differs from the code's rule; else null.</summary>
    public SideEffects? Effects { get; init; }

    /// <summary>What stands in place of the rule's title, where that says something else; else null.</summary>
    public string? Title { get; init; }

    /// <summary>When a retry makes sense; null leaves it to the node's default.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Writes further members of the problem's JSON object, such as the offsets that would be in range; or null.
    /// </summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    /// <summary>The problem with further members behind those that it has.</summary>
    /// <param name="members">Writes them.</param>
    public Problem With(Action<Utf8JsonWriter> members)
    {
        var own = Members;
        return this with
        {
            Members = json =>
            {
                own?.Invoke(json);
                members(json);
            },
        };
    }

    /// <summary>A malformed request.</summary>
    /// <param name="detail">Expected and actual.</param>
    public static Problem InvalidRequest(string detail) => new(ProblemCode.InvalidRequest, detail);

    /// <summary>A name that no topic can have.</summary>
    /// <param name="broken">The rule that it breaks.</param>
    public static Problem InvalidTopic(string broken) =>
        new(ProblemCode.InvalidTopic, $"The topic's name is not allowed: {broken}.");

    /// <summary>The topic or partition does not exist.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition, when that is what is missing.</param>
    public static Problem UnknownTopicOrPartition(string topic, int? partition = null) => new(
        ProblemCode.UnknownTopicOrPartition,
        partition is null
            ? $"There is no topic '{topic}'."
            : $"Topic '{topic}' has no partition {partition}, or the topic is gone.");

    /// <summary>Too much is waiting.</summary>
    /// <param name="retryAfter">When there should be room.</param>
    public static Problem Throttled(TimeSpan retryAfter) =>
        new(ProblemCode.Throttled, "Too many bytes wait to be appended to this partition.") { RetryAfter = retryAfter };

    /// <summary>There is no memory for the request as long as others have it; nothing was done.</summary>
    public static Problem NoMemory() =>
        new(ProblemCode.Throttled, "All requests together hold as much memory as this node has for them.");

    /// <summary>The request is larger than a limit of this node.</summary>
    /// <param name="detail">The limit and, where known, the actual value.</param>
    public static Problem RequestTooLarge(string detail) => new(ProblemCode.RequestTooLarge, detail);
}
