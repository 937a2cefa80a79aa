using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Http;

/// <summary>The records: JSON documents of 100 bytes, without keys.</summary>
internal static class Documents
{
    /// <summary>The length of a value.</summary>
    public const int Bytes = 100;

    /// <summary>How many a request of many records brings.</summary>
    public const int PerRequest = 1_000;

    /// <summary>As the values of one request.</summary>
    public static IReadOnlyList<string> Values { get; } = [.. Enumerable.Range(0, PerRequest).Select(Value)];

    /// <summary>As one record batch, not compressed, with the time of now.</summary>
    public static RecordBatch Batch()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var builder = new RecordBatchBuilder();
        foreach (var value in Values)
        {
            builder.Append(now, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build();
    }

    private static string Value(int number)
    {
        var begin = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":{{1_000_000 + number}},"origin":"EWR","dest":"IAH","delay":{{number % 97}},"note":" """);
        return begin.TrimEnd() + new string('x', Bytes - begin.TrimEnd().Length - 2) + "\"}";
    }
}
