using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Tables;

/// <summary>The OData filter that selects a range of rows.</summary>
internal static class RowFilter
{
    /// <summary>The filter for the rows of <paramref name="range"/> in <paramref name="partition"/>.</summary>
    public static string For(string partition, RowRange range)
    {
        var filter = new StringBuilder("PartitionKey eq ").Append(Quoted(partition));
        if (range.From.Length > 0)
        {
            filter.Append(" and RowKey ge ").Append(Quoted(range.From));
        }

        if (range.To is { } to)
        {
            filter.Append(" and RowKey lt ").Append(Quoted(to));
        }

        return filter.ToString();
    }

    // OData doubles a quote inside a string literal and knows no other escape.
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
