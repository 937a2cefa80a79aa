using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Retention.Cost;

namespace Serverless.Functions.Api.Native.Cost;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/cost</c>: the topic's estimated monthly bill. What comes from the log itself is exact
/// for all nodes; what only this node has counted is marked as such.
/// </summary>
internal static class GetCost
{
    private const string FromLog = "log";
    private const string FromNode = "this_node";

    // A millionth of a dollar.
    private const int UsdDigits = 6;

    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, TopicCostReader costs, string topic)
    {
        var search = await engine.FindAsync(topic, partition: null, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        return await costs.ReadAsync(found.Topic, context.RequestAborted) is { } cost
            ? new JsonResult(json => Write(json, topic, cost, costs.Prices))
            : new ProblemResult(Problem.UnknownTopicOrPartition(topic));
    }

    private static void Write(Utf8JsonWriter json, string topic, TopicCost cost, StoragePrices prices)
    {
        json.WriteString("topic", topic);
        json.WriteString("currency", "USD");
        Write(json, "monthly_usd", cost.MonthlyUsd);
        json.WriteNumber("partitions", cost.Partitions);
        json.WriteNumber("partitions_counted", cost.PartitionsCounted);
        json.WriteBoolean("complete", cost.Complete);
        json.WriteStartObject("stored");
        json.WriteString("source", FromLog);
        json.WriteNumber("append_bytes", cost.Stored.AppendBytes);
        Write(json, "append_usd", cost.Stored.AppendUsd);
        json.WriteNumber("copy_bytes", cost.Stored.CopyBytes);
        Write(json, "copy_usd", cost.Stored.CopyUsd);
        json.WriteEndObject();
        Write(json, "appends", FromLog, cost.Appends);
        Write(json, "other_writes", FromNode, cost.OtherWrites);
        Write(json, "reads", FromNode, cost.Reads);
        Write(json, "table_operations", FromNode, cost.TableOperations);
        json.WriteStartObject("prices");
        json.WriteNumber("append", prices.Append);
        json.WriteNumber("read", prices.Read);
        json.WriteNumber("table", prices.Table);
        json.WriteNumber("stored_gb_month", prices.StoredGbMonth);
        json.WriteNumber("copies_gb_month", prices.CopiesGbMonth);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, string source, OperationCost cost)
    {
        json.WriteStartObject(name);
        json.WriteString("source", source);
        json.WriteNumber("counted", cost.Counted);
        json.WriteString(
            "since", cost.Since?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("per_month", decimal.Round(cost.PerMonth));
        Write(json, "usd", cost.Usd);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, decimal usd) =>
        json.WriteNumber(name, decimal.Round(usd, UsdDigits));
}
