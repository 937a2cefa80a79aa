using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.StorageEngine.Topics;

/// <summary>A topic's name by Kafka's rules: 1 to 249 of ASCII letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; not
/// <c>.</c> or <c>..</c>.</summary>
public readonly record struct TopicName
{
    /// <summary>The longest name, in characters (Kafka's <c>Topic.MAX_NAME_LENGTH</c>).</summary>
    public const int LengthMax = 249;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private TopicName(string value) => Value = value;

    /// <summary>The name itself.</summary>
    public string Value { get; }

    /// <summary>Takes <paramref name="text"/> as a name, or says which rule it breaks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="name">The name, when the result is true.</param>
    /// <param name="problem">Kafka's sentence about the broken rule, when the result is false.</param>
    public static bool TryParse(string? text, out TopicName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        problem = text switch
        {
            null or "" => "the empty string is not allowed",
            "." or ".." => "'.' or '..' is not allowed",
            { Length: > LengthMax } =>
                $"the length of '{text[..32]}…' is longer than the max allowed length {LengthMax}",
            _ when text.AsSpan().ContainsAnyExcept(Allowed) =>
                $"'{text}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
            _ => null,
        };
        if (problem is null)
        {
            name = new TopicName(text!);
        }

        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
