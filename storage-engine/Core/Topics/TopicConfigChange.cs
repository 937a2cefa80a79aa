namespace Serverless.StorageEngine.Topics;

/// <summary>One change of a topic's settings.</summary>
/// <param name="Name">Any name; the catalog refuses unknown ones.</param>
/// <param name="Value">The value to set.</param>
/// <param name="Operation">Whether to set it or to take back what was set.</param>
public readonly record struct TopicConfigChange(string Name, string? Value, TopicConfigOperation Operation);
