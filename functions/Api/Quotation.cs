namespace Serverless.Functions.Api;

/// <summary>How an answer repeats what a client sent.</summary>
internal static class Quotation
{
    /// <summary>The most characters that are repeated; more would not help to find the place.</summary>
    public const int CharactersMax = 64;

    /// <summary>The text in single quotation marks, cut where it is long.</summary>
    /// <param name="text">Anything that came from outside.</param>
    public static string Of(string? text) =>
        text is { Length: > CharactersMax } ? $"'{text.AsSpan(0, CharactersMax)}…'" : $"'{text}'";
}
