using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// How fencing tokens are written. The log takes any text; here they are visible ASCII, so that every token can
/// stand in a header as it is.
/// </summary>
internal static class FencingTokenText
{
    /// <summary>The longest token, in characters: those of a UUID.</summary>
    public const int LengthMax = AppendConditions.FencingTokenBytesMax;

    /// <summary>The rule, as it goes on after "is".</summary>
    public static readonly string Rule = $"1 to {LengthMax} visible ASCII characters, and no quote at its beginning";

    /// <summary>Whether a text is a token.</summary>
    public static bool IsValid(string text) =>
        text.Length is >= 1 and <= LengthMax && text[0] != '"' && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
