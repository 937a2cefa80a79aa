using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Quotas;

/// <summary>Whom or what a stored quota is about.</summary>
/// <param name="Type">A principal or a topic.</param>
/// <param name="Name">
/// The principal as <c>User:alice</c>, the topic's name, or <see cref="DefaultName"/>: then each one of the type that
/// has no quota of its own.
/// </param>
public readonly record struct QuotaEntity(QuotaEntityType Type, string Name)
{
    /// <summary>Kafka's name for all those that have no quota of their own.</summary>
    public const string DefaultName = "<default>";

    /// <summary>Takes the name of a principal or topic, or <see cref="DefaultName"/>.</summary>
    /// <param name="type">Which of the two.</param>
    /// <param name="name">Any text.</param>
    /// <param name="entity">The entity, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    /// <remarks>What is named need not exist: quotas may be set before it does, and stay when it goes.</remarks>
    public static bool TryParse(
        QuotaEntityType type, string name, out QuotaEntity entity, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var taken = name == DefaultName || (type == QuotaEntityType.User
            ? IsPrincipal(name, out problem)
            : TopicName.TryParse(name, out _, out problem));
        entity = taken ? new(type, name) : default;
        return taken;
    }

    private static bool IsPrincipal(string name, [NotNullWhen(false)] out string? problem)
    {
        if (Principal.TryParse(name, out var principal, out problem) && principal == Principal.Everybody)
        {
            problem = $"a quota is that of one principal; each one's is {DefaultName}";
        }

        return problem is null;
    }
}
