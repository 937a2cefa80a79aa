using System.Text;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>The values of a history as JSON strings: of many lengths, so that blocks are small and large.</summary>
internal static class RecordTexts
{
    private static readonly int[] Lengths = [0, 0, 0, 50, 1_000, 20_000];

    /// <summary>The text of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="random">Draws the length.</param>
    public static string Of(long value, Random random) =>
        Encoding.UTF8.GetString(RecordValue.Encode(value, Lengths[random.Next(Lengths.Length)]));

    /// <summary>The texts of all values of a request.</summary>
    public static string[] Of(long[] values, Random random) => [.. values.Select(value => Of(value, random))];

    /// <summary>The value of a record that was read; -1 when it is none of the history.</summary>
    /// <remarks>
    /// REST Proxy v2 stores a JSON string with its quotes, the native API without; both show it as a JSON string again.
    /// </remarks>
    public static long ValueOf(JsonElement shown) => RecordValue.Decode(Encoding.UTF8.GetBytes(
        shown.ValueKind == JsonValueKind.String ? shown.GetString()! : shown.GetRawText()));
}
