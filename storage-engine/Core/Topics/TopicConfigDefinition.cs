using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Serverless.StorageEngine.Topics;

/// <summary>What a topic setting may be: its name, type, default, bounds and meaning.</summary>
/// <param name="Name">Kafka's name of it.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Default">Its value where neither the topic nor the node sets one, as normalized text.</param>
/// <param name="Documentation">What it does here, in a sentence or two.</param>
public sealed record TopicConfigDefinition(string Name, TopicConfigType Type, string Default, string Documentation)
{
    /// <summary>The smallest number, inclusive; null for words.</summary>
    public long? Min { get; init; }

    /// <summary>The largest number, inclusive; null for words.</summary>
    public long? Max { get; init; }

    /// <summary>The words that may stand; empty for numbers.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether a topic cannot change it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Checks a value and brings it into the one form in which it is stored and compared.</summary>
    /// <param name="text">Any text; white space around it does not count, as in Kafka.</param>
    /// <param name="normalized">The value to store, when the result is true.</param>
    /// <param name="problem">Kafka's sentence about the broken rule, when the result is false.</param>
    public bool TryNormalize(
        string? text, [NotNullWhen(true)] out string? normalized, [NotNullWhen(false)] out string? problem)
    {
        normalized = null;
        problem = text switch
        {
            null => $"Null value not supported for topic configs: {Name}",
            _ when Type is not TopicConfigType.Word => NormalizeNumber(text.Trim(), out normalized),
            _ => NormalizeWord(text.Trim(), out normalized),
        };
        return normalized is not null;
    }

    private string? NormalizeNumber(string text, out string? normalized)
    {
        normalized = null;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || (Type == TopicConfigType.Number32 && number is < int.MinValue or > int.MaxValue))
        {
            return Invalid(text, $"Not a number of type {(Type == TopicConfigType.Number32 ? "INT" : "LONG")}");
        }

        if (number < Min)
        {
            return Invalid(text, $"Value must be at least {Min}");
        }

        if (number > Max)
        {
            return Invalid(text, $"Value must be no more than {Max}");
        }

        normalized = number.ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private string? NormalizeWord(string text, out string? normalized)
    {
        normalized = Words.Contains(text) ? text : null;
        return normalized is null ? Invalid(text, $"String must be one of: {string.Join(", ", Words)}") : null;
    }

    // A value comes from outside and goes into an answer: it is quoted only as far as it helps.
    private string Invalid(string text, string rule) =>
        $"Invalid value {(text.Length > 64 ? string.Concat(text.AsSpan(0, 64), "…") : text)} "
        + $"for configuration {Name}: {rule}";
}
