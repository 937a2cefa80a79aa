namespace Serverless.StorageEngine.Topics;

/// <summary>Why a topic cannot be created or changed as asked.</summary>
/// <param name="Code">The kind of problem.</param>
/// <param name="Detail">One sentence for a person, with the value that does not fit.</param>
public sealed record TopicProblem(TopicProblemCode Code, string Detail);
