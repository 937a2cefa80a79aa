using System.Net;
using System.Net.Mime;
using System.Text.Json;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>
/// The function <c>maintenance</c>: the Functions host posts to its name when its timer is due, on one instance at a
/// time. It replaces <see cref="MaintenanceTimer"/>, which would run only while there is traffic.
/// </summary>
internal static class MaintenanceTrigger
{
    private const string Path = "/maintenance";

    // The host sets it on everything that it passes on, and no client can take it away. Its own calls are without it.
    private const string PassedOn = "x-ms-invocation-id";

    /// <summary>
    /// Whether this is the host's own call. The HTTP function has the path <c>{*path}</c>, so that clients reach this
    /// path, too; to them there is nothing here.
    /// </summary>
    /// <param name="context">The request before anything has changed it.</param>
    public static bool IsCalledBy(HttpContext context) =>
        context.Request.Path == Path
        && HttpMethods.IsPost(context.Request.Method)
        && !context.Request.Headers.ContainsKey(PassedOn)
        && !context.Request.Headers.ContainsKey("X-Forwarded-Host")
        && context.Connection.RemoteIpAddress is { } caller
        && IPAddress.IsLoopback(caller);

    /// <summary>Does what is due; the host takes any status but 2xx for a failure of the function.</summary>
    /// <param name="context">The call; what it says of the schedule does not matter.</param>
    public static async Task RunAsync(HttpContext context)
    {
        var (status, line) = await RunAsync(
            context.RequestServices.GetRequiredService<DueMaintenance>(), context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartObject("Outputs");
        json.WriteEndObject();
        json.WriteStartArray("Logs");
        json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteNull("ReturnValue");
        json.WriteEndObject();
    }

    private static async Task<(int Status, string Line)> RunAsync(
        DueMaintenance maintenance, CancellationToken cancellationToken)
    {
        try
        {
            return (StatusCodes.Status200OK, Describe(await maintenance.RunAsync(cancellationToken)));
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            return (
                StatusCodes.Status503ServiceUnavailable,
                $"The run ended early, and the next one goes on: {exception.Message}");
        }
    }

    private static string Describe(MaintenanceOutcome outcome) => outcome switch
    {
        MaintenanceOutcome.Ran { Report.Run: { Problems.Count: 0 } run } => $"Kept {run.TopicsKept} topics.",
        MaintenanceOutcome.Ran { Report.Run: var run } =>
            $"Kept {run.TopicsKept} topics and met {run.Problems.Count} problems, the first: {run.Problems[0].Text}",
        MaintenanceOutcome.UnderWay => "A run is under way.",
        _ => "Nothing is due.",
    };
}
