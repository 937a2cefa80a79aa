namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>What a read shows of records beyond Confluent's API: <c>?include=headers,timestamp</c>.</summary>
/// <param name="Headers">Whether headers are shown.</param>
/// <param name="Timestamp">Whether timestamps are shown.</param>
internal readonly record struct RecordExtras(bool Headers, bool Timestamp)
{
    private const string HeadersName = "headers";
    private const string TimestampName = "timestamp";

    /// <summary>Reads the parameter.</summary>
    /// <param name="include">Names with commas between them; may be null or empty.</param>
    /// <param name="extras">What is shown, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(string? include, out RecordExtras extras)
    {
        var names = include?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        extras = new RecordExtras(names.Contains(HeadersName), names.Contains(TimestampName));
        return Array.Find(names, static name => name is not (HeadersName or TimestampName)) is { } unknown
            ? $"'include' names {Quotation.Of(unknown)}; it can name {HeadersName} and {TimestampName}."
            : null;
    }
}
