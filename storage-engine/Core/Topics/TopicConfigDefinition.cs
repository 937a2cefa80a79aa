using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Serverless.StorageEngine.SharedLogs;

namespace Serverless.StorageEngine.Topics;

/// <summary>What a topic setting may be: its name, type, default, bounds and meaning.</summary>
/// <param name="Name">Kafka's name of it.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Default">Its value where neither the topic nor the node sets one, as normalized text.</param>
/// <param name="Documentation">What it does here, in a sentence or two.</param>
public sealed record TopicConfigDefinition(string Name, TopicConfigType Type, string Default, string Documentation)
{
    /// <summary>The smallest number, inclusive; null for what is no number.</summary>
    public long? Min { get; init; }

    /// <summary>The largest number, inclusive; null for what is no number.</summary>
    public long? Max { get; init; }

    /// <summary>The words that may stand; empty for what is no word.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>What may stand in front of a name of the user's choice instead of one of the words: at most
    /// <see cref="LogPlacement.GroupLengthMax"/> lower-case letters, digits and hyphens. Null where only words may
    /// stand.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Whether a topic cannot change it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>What a value must be, as the end of a sentence: "a whole number from 0 to 5".</summary>
    public string Expected => Type switch
    {
        TopicConfigType.Fraction => $"a number from {Min} to {Max}",
        TopicConfigType.Switch => "true or false",
        TopicConfigType.Word when NamePrefix is { } prefix =>
            $"one of {string.Join(", ", Words)}, or {prefix} and a name of lower-case letters, digits and hyphens",
        TopicConfigType.Word => "one of " + string.Join(", ", Words),
        TopicConfigType.Words => $"one or several of {string.Join(", ", Words)}, with commas between them",
        _ => $"a whole number from {Min} to {Max}",
    };

    /// <summary>Checks a value and brings it into the one form in which it is stored and compared.</summary>
    /// <param name="text">Any text; white space around it does not count, as in Kafka.</param>
    /// <param name="normalized">The value to store, when the result is true.</param>
    /// <param name="problem">Kafka's sentence about the broken rule, when the result is false.</param>
    public bool TryNormalize(
        string? text, [NotNullWhen(true)] out string? normalized, [NotNullWhen(false)] out string? problem)
    {
        normalized = null;
        problem = text is null
            ? $"Null value not supported for topic configs: {Name}"
            : Type switch
            {
                TopicConfigType.Fraction => NormalizeFraction(text.Trim(), out normalized),
                TopicConfigType.Switch => NormalizeSwitch(text.Trim(), out normalized),
                TopicConfigType.Word => NormalizeWord(text.Trim(), out normalized),
                TopicConfigType.Words => NormalizeWords(text.Trim(), out normalized),
                _ => NormalizeNumber(text.Trim(), out normalized),
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

        var problem = BoundsProblem(text, number < Min, number > Max);
        normalized = problem is null ? number.ToString(CultureInfo.InvariantCulture) : null;
        return problem;
    }

    private string? NormalizeFraction(string text, out string? normalized)
    {
        normalized = null;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || double.IsNaN(number))
        {
            return Invalid(text, "Not a number of type DOUBLE");
        }

        var problem = BoundsProblem(text, number < Min, number > Max);

        // Adding 0 makes the two zeros one.
        normalized = problem is null ? (number + 0d).ToString("R", CultureInfo.InvariantCulture) : null;
        return problem;
    }

    private string? NormalizeSwitch(string text, out string? normalized)
    {
        normalized = bool.TryParse(text, out var value) ? value ? "true" : "false" : null;
        return normalized is null ? Invalid(text, "Expected value to be either true or false") : null;
    }

    private string? NormalizeWord(string text, out string? normalized)
    {
        var isNamed = NamePrefix is { } prefix && text.StartsWith(prefix, StringComparison.Ordinal)
            && LogPlacement.IsGroupName(text[prefix.Length..]);
        normalized = isNamed || Words.Contains(text) ? text : null;
        return normalized is null ? NotOneOfWords(text) : null;
    }

    // The order and repetitions mean nothing: what means the same is stored as the same.
    private string? NormalizeWords(string text, out string? normalized)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var stranger = Array.Find(parts, part => !Words.Contains(part));
        normalized = stranger is null ? string.Join(',', Words.Where(word => parts.Contains(word))) : null;
        return stranger is null ? null : NotOneOfWords(stranger);
    }

    private string NotOneOfWords(string text) => Invalid(
        text,
        NamePrefix is null
            ? $"String must be one of: {string.Join(", ", Words)}"
            : $"String must be {Expected}, at most {LogPlacement.GroupLengthMax} of them");

    private string? BoundsProblem(string text, bool isTooSmall, bool isTooLarge) =>
        isTooSmall ? Invalid(text, $"Value must be at least {Min}")
        : isTooLarge ? Invalid(text, $"Value must be no more than {Max}")
        : null;

    // A value comes from outside and goes into an answer: it is quoted only as far as it helps.
    private string Invalid(string text, string rule) =>
        $"Invalid value {(text.Length > 64 ? string.Concat(text.AsSpan(0, 64), "…") : text)} "
        + $"for configuration {Name}: {rule}";
}
