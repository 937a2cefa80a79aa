using System.Text.Json;

namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>One flight of the file, as it was or as it came back.</summary>
/// <param name="Origin">The airport it left, which is the record's key.</param>
/// <param name="Text">All its members in one text; no two flights of the file have the same.</param>
internal sealed record Flight(string Origin, string Text)
{
    /// <summary>All flights in the order of the file.</summary>
    public static IReadOnlyList<Flight> All { get; } = [.. File.ReadLines(DataPath).Select(Parse)];

    /// <summary>Where the file is.</summary>
    public static string DataPath => Path.Combine(AppContext.BaseDirectory, "Data", "flights.ndjson");

    /// <summary>Reads a line of the file.</summary>
    public static Flight Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        return Of(json.RootElement);
    }

    /// <summary>Reads a flight from an answer, however its members are spaced.</summary>
    public static Flight Of(JsonElement json) => new(
        json.GetProperty("origin").GetString()!,
        string.Join('|', json.EnumerateObject().Select(static member => $"{member.Name}={member.Value}")));
}
