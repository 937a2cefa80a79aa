namespace Serverless.StorageEngine.Topics;

/// <summary>The type of a topic setting's value.</summary>
public enum TopicConfigType
{
    /// <summary>A whole number of 32 bits; Kafka's <c>INT</c>.</summary>
    Number32,

    /// <summary>A whole number of 64 bits; Kafka's <c>LONG</c>.</summary>
    Number64,

    /// <summary>One of a few words, case-sensitive; Kafka's <c>STRING</c> and <c>LIST</c>.</summary>
    Word,
}
