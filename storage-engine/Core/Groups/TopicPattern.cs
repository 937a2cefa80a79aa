using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>A regular expression over whole topic names.</summary>
public sealed record TopicPattern
{
    /// <summary>The longest pattern, in characters.</summary>
    public const int LengthMax = 1_024;

    // Matching takes time linear in the name's length, whatever a client sends; such expressions have no look-around
    // and no back references.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _expression;

    private TopicPattern(string text, Regex expression)
    {
        Text = text;
        _expression = expression;
    }

    /// <summary>The pattern as the client wrote it.</summary>
    public string Text { get; }

    /// <summary>Takes <paramref name="text"/> as a pattern, or says what is wrong with it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="pattern">The pattern, when the result is true.</param>
    /// <param name="problem">What is wrong, when the result is false.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        if (text.Length > LengthMax)
        {
            problem = $"The pattern has {text.Length} characters; {LengthMax} are allowed.";
            return false;
        }

        try
        {
            // By itself first: "a)|(b" would be an expression only inside the parentheses that are put around it.
            _ = new Regex(text, Linear);
            pattern = new TopicPattern(text, new Regex($@"\A(?:{text})\z", Linear));
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            problem = exception.Message;
            return false;
        }
    }

    /// <summary>Whether the whole name matches.</summary>
    public bool Matches(TopicName topic) => _expression.IsMatch(topic.Value);

    /// <inheritdoc/>
    public bool Equals(TopicPattern? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
