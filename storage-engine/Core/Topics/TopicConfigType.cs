namespace Serverless.StorageEngine.Topics;

/// <summary>The type of a topic setting's value.</summary>
public enum TopicConfigType
{
    /// <summary>A whole number of 32 bits; Kafka's <c>INT</c>.</summary>
    Number32,

    /// <summary>A whole number of 64 bits; Kafka's <c>LONG</c>.</summary>
    Number64,

    /// <summary>A number with a fraction; Kafka's <c>DOUBLE</c>.</summary>
    Fraction,

    /// <summary>True or false, in any case; Kafka's <c>BOOLEAN</c>.</summary>
    Switch,

    /// <summary>One of a few words, case-sensitive; Kafka's <c>STRING</c>.</summary>
    Word,

    /// <summary>One or several of a few words with commas between them, case-sensitive; Kafka's <c>LIST</c>.</summary>
    Words,
}
