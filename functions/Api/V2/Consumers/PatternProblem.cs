using System.Text.RegularExpressions;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>Says to a client why a pattern of topic names is refused. Pure.</summary>
internal static class PatternProblem
{
    // Nothing is matched by the expression that is made here, so the time is never looked at.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The sentence for a client.</summary>
    /// <param name="text">What <see cref="TopicPattern.TryParse"/> refused.</param>
    /// <param name="problem">
    /// What it said: the client's mistake in the client's words, save for an expression that is well-formed but not
    /// possible here; for that it names options of this program.
    /// </param>
    public static string Of(string text, string problem) =>
        text.Length <= TopicPattern.LengthMax && IsExpression(text) && IsExpression($"(?:{text})")
            ? "A pattern is matched in time linear in the length of a name. So look-around, back references, atomic "
                + "groups, conditions and repetitions that multiply to thousands are not possible."
            : problem;

    private static bool IsExpression(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant, MatchTimeout);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
