using System.Diagnostics;

namespace Serverless.StorageEngine.Quotas;

/// <summary>The words for what quotas limit, in Kafka's spelling. They are stored.</summary>
public static class QuotaWords
{
    /// <summary>The word for a type.</summary>
    public static string Of(QuotaEntityType type) => type switch
    {
        QuotaEntityType.User => "user",
        QuotaEntityType.Topic => "topic",
        _ => throw new UnreachableException($"The entity type {type} has no name."),
    };

    /// <summary>The word for a kind of quota.</summary>
    public static string Of(QuotaKind kind) => kind switch
    {
        QuotaKind.ProducerByteRate => "producer_byte_rate",
        QuotaKind.ConsumerByteRate => "consumer_byte_rate",
        QuotaKind.RequestRate => "request_rate",
        _ => throw new UnreachableException($"The quota {kind} has no name."),
    };

    /// <summary>The type that a word means.</summary>
    public static bool TryType(string word, out QuotaEntityType type)
    {
        type = word == Of(QuotaEntityType.User) ? QuotaEntityType.User : QuotaEntityType.Topic;
        return word == Of(type);
    }
}
