using System.Text.Json;

namespace Serverless.OpenApi;

/// <summary>
/// Holds a request that succeeded against the document: what the server takes and the document does not allow is a hole
/// in the document. Pure.
/// </summary>
public static class RequestRules
{
    /// <summary>Judges the request of an exchange.</summary>
    /// <param name="operation">Its operation.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="faults">Gets broken rules.</param>
    /// <param name="checks">Gets what a validator has to say.</param>
    public static void Judge(
        Operation operation, Exchange exchange, List<string> faults, List<SchemaCheck> checks)
    {
        JudgeQuery(operation, exchange.Uri, faults, checks);
        JudgeBody(operation.Place, exchange.Request, faults, checks);
    }

    private static void JudgeQuery(Operation operation, Uri uri, List<string> faults, List<SchemaCheck> checks)
    {
        var known = new[] { operation.Item, operation.Place }
            .SelectMany(static place => place["parameters"]?.Elements() ?? [])
            .Where(static parameter => parameter.Text("in") == "query")
            .ToDictionary(static parameter => parameter.Text("name")!);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Uri.UnescapeDataString(parts[0]);
            var value = parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[1].Replace('+', ' '));
            if (!known.TryGetValue(name, out var parameter))
            {
                faults.Add($"The query parameter {name} is not documented.");
            }
            else if (parameter["schema"] is { } schema)
            {
                checks.Add(PlainText.Check($"The query parameter {name}", value, schema));
            }
        }
    }

    private static void JudgeBody(Place operation, SentBody body, List<string> faults, List<SchemaCheck> checks)
    {
        var described = operation["requestBody"];
        if (!body.Exists)
        {
            if (described?.Says("required") == true && body.MediaType is null)
            {
                faults.Add("The document requires a body, and the request without one succeeded.");
            }

            return;
        }

        if (described?["content"] is not { } content)
        {
            faults.Add("The request has a body, and none is documented.");
            return;
        }

        // What this API takes without a media type is JSON.
        var mediaType = MediaTypes.Bare(body.MediaType ?? "application/json");
        if ((content[mediaType] ?? content["*/*"]) is not { } media)
        {
            faults.Add($"The request's media type {mediaType} is not documented.");
        }
        else if (body is { Bytes: { } bytes, Encoding: null } && !MediaTypes.IsForeignText(body.MediaType ?? ""))
        {
            AddCheck(media, mediaType, bytes, faults, checks);
        }
    }

    private static void AddCheck(
        Place media, string mediaType, byte[] bytes, List<string> faults, List<SchemaCheck> checks)
    {
        try
        {
            ExchangeRules.AddCheck("The request", media, mediaType, bytes, true, isClosed: false, checks);
        }
        catch (JsonException broken)
        {
            faults.Add($"The request succeeded, and is not well-formed: {broken.Message}");
        }
    }
}
