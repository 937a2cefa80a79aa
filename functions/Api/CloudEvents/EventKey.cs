using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native.Produce;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Which key the record of an event gets. Pure; by default the text of <c>partitionkey</c>.</summary>
/// <remarks>
/// The Kafka binding calls this a key mapper and has the client's own key as default. HTTP has no place for one, so
/// <c>partitionkey</c> (the Partitioning extension) stands in where the client says nothing else. The event itself is
/// never changed by it.
/// </remarks>
/// <param name="Fixed">The same key for every event of the request, or null.</param>
/// <param name="Attribute">The attribute whose text is the key; null stands for <c>partitionkey</c>.</param>
internal readonly record struct EventKey(ReadOnlyMemory<byte>? Fixed, string? Attribute)
{
    private const string DefaultAttribute = "partitionkey";

    /// <summary>What makes an event have a key, as a sentence.</summary>
    public string Remedy =>
        $"Give the event the attribute {Attribute ?? DefaultAttribute}, whose text is its key, name another attribute "
        + "with the query 'key', or send Record-Key for all events of the request.";

    /// <summary>
    /// Reads <c>Record-Key</c> or <c>Record-Key-Base64</c>, or the query <c>key</c>: the name of an attribute.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="key">What it asks for, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(HttpRequest request, out EventKey key)
    {
        key = default;
        if (RecordKeyHeaders.Read(request.Headers, out var given) is { } broken)
        {
            return broken;
        }

        if (!request.Query.TryGetValue("key", out var named))
        {
            key = new(given, null);
            return null;
        }

        key = new(null, named.ToString());
        return given is not null
            ? "A key of the request and 'key', the name of an attribute, exclude each other."
            : CloudEventRules.CheckName(key.Attribute!) is null
                ? null
                : $"'key' is {Quotation.Of(key.Attribute)}; it is the name of an attribute, like subject.";
    }

    /// <summary>The key for an event's record; null when the event does not have the attribute.</summary>
    /// <param name="stored">The event.</param>
    public ReadOnlyMemory<byte>? Of(CloudEvent stored)
    {
        if (Fixed is not null)
        {
            return Fixed;
        }

        return stored[Attribute ?? DefaultAttribute] is { } text
            ? Encoding.UTF8.GetBytes(text)
            : default(ReadOnlyMemory<byte>?);
    }
}
