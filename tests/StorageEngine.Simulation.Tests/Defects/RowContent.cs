using System.Text;
using System.Text.Json.Nodes;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Changes the JSON of a row on its way to the store.</summary>
internal static class RowContent
{
    public static RowChange Altered(RowChange change, Action<JsonObject> alter) => change switch
    {
        RowChange.Insert insert => insert with { Value = Altered(insert.Value, alter) },
        RowChange.Replace replace => replace with { Value = Altered(replace.Value, alter) },
        _ => change,
    };

    public static TableRow Altered(TableRow row, Action<JsonObject> alter) =>
        row with { Value = Altered(row.Value, alter).ToArray() };

    private static ReadOnlyMemory<byte> Altered(ReadOnlyMemory<byte> row, Action<JsonObject> alter)
    {
        var json = JsonNode.Parse(row.Span)!.AsObject();
        alter(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
