namespace Serverless.OpenApi;

/// <summary>What the names of media types say. Pure.</summary>
public static class MediaTypes
{
    /// <summary>The type in lower case and without its parameters.</summary>
    public static string Bare(string mediaType) => mediaType.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>Whether bodies of a bare type are JSON.</summary>
    public static bool IsJson(string mediaType) =>
        mediaType == "application/json" || mediaType.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>Whether the parameters of a type name a character set other than UTF-8.</summary>
    public static bool IsForeignText(string mediaType) =>
        mediaType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && !mediaType.Contains("utf-8", StringComparison.OrdinalIgnoreCase);
}
