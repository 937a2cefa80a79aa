using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Serverless.OpenApi;

/// <summary>Holds an exchange against the document. Pure; what schemas say is left to a validator.</summary>
/// <remarks>
/// The answer: its status, its media type, its headers and its body are those of the operation; ordinary headers of
/// HTTP need not be described. The request, where it succeeded: its query and its body are what the document allows.
/// </remarks>
public static partial class ExchangeRules
{
    private const int ExcerptCharacters = 300;
    private const int UriTooLong = 414;
    private const int HeadersTooLarge = 431;

    // Of HTTP and of the server; the document need not repeat them.
    private static readonly string[] OrdinaryHeaders =
    [
        "Allow", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Keep-Alive",
        "RateLimit", "RateLimit-Policy", "Transfer-Encoding",
    ];

    /// <summary>Judges an exchange.</summary>
    /// <param name="contract">The document.</param>
    /// <param name="exchange">The exchange.</param>
    public static Judgement Judge(Contract contract, Exchange exchange)
    {
        if (exchange is { Status: UriTooLong or HeadersTooLarge, Body.IsEmpty: true })
        {
            // The server itself refuses it, before it knows what the request is about.
            return new($"{exchange.Method} {exchange.Uri.AbsolutePath}", [], []);
        }

        var path = exchange.Uri.AbsolutePath;
        var covering = contract.Operations.Where(operation => operation.Covers(path)).ToList();
        var operation = covering.Find(operation => operation.Method == exchange.Method);
        if (operation is null)
        {
            return Refusal(contract, exchange, covering.Count == 0 ? 404 : 405);
        }

        var (faults, checks) = (new List<string>(), new List<SchemaCheck>());
        var status = exchange.Status.ToString(CultureInfo.InvariantCulture);
        if (operation.Place["responses"]![status] is { } response)
        {
            JudgeHeaders(response, exchange, faults, checks);
            JudgeBody(response, exchange, faults, checks);
        }
        else
        {
            faults.Add($"The status {status} is not documented. The body is {Excerpt(exchange)}");
        }

        if (exchange.Status is >= 200 and < 300 && !PartialFailure().IsMatch(TextOf(exchange)))
        {
            RequestRules.Judge(operation, exchange, faults, checks);
        }

        return new($"{operation.Name} {status}", faults, checks);
    }

    private static Judgement Refusal(Contract contract, Exchange exchange, int status)
    {
        var name = $"{exchange.Method} {exchange.Uri.AbsolutePath}";
        var mediaType = MediaTypes.Bare(exchange.MediaType ?? "");
        var shape = contract.Errors.FirstOrDefault(shape => shape.MediaType == mediaType
            && exchange.Uri.AbsolutePath.Contains(shape.Part, StringComparison.Ordinal));
        if (exchange.Status != status || shape is null)
        {
            return new(
                name,
                [$"The document knows no such {(status == 404 ? "path" : "method")}, so {status} with an error of one "
                    + $"of the APIs is expected; {exchange.Status} came, with {Excerpt(exchange)}"],
                []);
        }

        var hasBody = exchange.IsComplete && !exchange.Body.IsEmpty;
        return new(name, [], hasBody
            ? [new("The refusal", shape.Path, IsClosed: true, BodyItems.Of(mediaType, exchange.Body, true))]
            : []);
    }

    private static void JudgeHeaders(
        Place response, Exchange exchange, List<string> faults, List<SchemaCheck> checks)
    {
        var known = response["headers"]?.Members().ToDictionary(StringComparer.OrdinalIgnoreCase) ?? [];
        foreach (var (name, header) in known)
        {
            if (exchange.Headers.TryGetValue(name, out var value))
            {
                checks.Add(PlainText.Check($"The header {name}", value, header["schema"]!));
            }
            else if (header.Says("required"))
            {
                faults.Add($"The required header {name} is missing.");
            }
        }

        foreach (var name in exchange.Headers.Keys)
        {
            if (!known.Keys.Any(header => Means(header, name))
                && !OrdinaryHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                faults.Add($"The header {name} is not documented.");
            }
        }
    }

    // A name like ce-{attribute} stands for all headers that begin so.
    private static bool Means(string documented, string name) => documented.IndexOf('{') is >= 0 and var family
        ? name.AsSpan().StartsWith(documented.AsSpan(0, family), StringComparison.OrdinalIgnoreCase)
        : documented.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static void JudgeBody(Place response, Exchange exchange, List<string> faults, List<SchemaCheck> checks)
    {
        if (response["content"] is not { } content)
        {
            if (!exchange.Body.IsEmpty)
            {
                faults.Add($"No body is documented, and one is there: {Excerpt(exchange)}");
            }

            return;
        }

        var mediaType = MediaTypes.Bare(exchange.MediaType ?? "");
        if ((content[mediaType] ?? content["*/*"]) is not { } media)
        {
            faults.Add($"The media type '{mediaType}' is not documented.");
            return;
        }

        try
        {
            AddCheck("The answer", media, mediaType, exchange.Body, exchange.IsComplete, isClosed: true, checks);
        }
        catch (JsonException broken)
        {
            faults.Add($"The answer is not well-formed: {broken.Message} It is {Excerpt(exchange)}");
        }
    }

    /// <summary>Adds what a validator has to say about a body.</summary>
    /// <param name="what">What the body is, for messages.</param>
    /// <param name="media">The media type object of the document.</param>
    /// <param name="mediaType">The bare media type of the body.</param>
    /// <param name="body">The body, as far as it is known.</param>
    /// <param name="isComplete">Whether that is all of it.</param>
    /// <param name="isClosed">Whether members that the schema does not know are faults.</param>
    /// <param name="checks">Gets the check.</param>
    /// <exception cref="JsonException">The body is not what its media type says.</exception>
    public static void AddCheck(
        string what,
        Place media,
        string mediaType,
        ReadOnlyMemory<byte> body,
        bool isComplete,
        bool isClosed,
        List<SchemaCheck> checks)
    {
        if (media["x-item-schema"] is { } item)
        {
            checks.Add(new(what, item.Path, isClosed, BodyItems.Of(mediaType, body, isComplete)));
        }
        else if (MediaTypes.IsJson(mediaType) && isComplete && media["schema"] is { } schema)
        {
            var items = BodyItems.Of(mediaType, body, isComplete);
            checks.Add(items.Count == 1
                ? new(what, schema.Path, isClosed, items)
                : throw new JsonException($"It holds {items.Count} JSON values."));
        }
    }

    private static string Excerpt(Exchange exchange) =>
        $"{exchange.MediaType}: {string.Concat(TextOf(exchange).Take(ExcerptCharacters))}";

    private static string TextOf(Exchange exchange) => Encoding.UTF8.GetString(exchange.Body.Span);

    // What a receipt of a stream, a record of a produce or the last line of an answer says when something failed.
    [GeneratedRegex("""
        "error_code":(?!200\b|null)|"problem":\{
        """)]
    private static partial Regex PartialFailure();
}
