using System.Buffers;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>What CloudEvents 1.0.2 asks of the attributes of an event. Pure.</summary>
/// <remarks>Messages are sentences that go on after a position, and repeat what came.</remarks>
internal static class CloudEventRules
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly string[] Required = ["specversion", "id", "source", "type"];

    /// <summary>
    /// The most characters, and bytes of a record's header, that an attribute may have: an event of 64 KiB is the
    /// largest that every intermediary forwards.
    /// </summary>
    public const int ValueLengthMax = 64 * 1024;

    /// <summary>What is wrong with the attributes of one event; null when nothing is.</summary>
    /// <param name="attributes">All of them.</param>
    public static string? Check(IReadOnlyList<CloudEventAttribute> attributes)
    {
        var names = new HashSet<string>(attributes.Count, StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            if ((CheckName(attribute.Name) ?? CheckValue(attribute)) is { } broken)
            {
                return broken;
            }

            if (!names.Add(attribute.Name))
            {
                return $"the attribute '{attribute.Name}' is there twice.";
            }
        }

        foreach (var name in Required)
        {
            if (!names.Contains(name))
            {
                return $"the attribute '{name}' is missing; an event has specversion, id, source and type.";
            }
        }

        return null;
    }

    /// <summary>What is wrong with an attribute's name; null when nothing is.</summary>
    /// <param name="name">Any text.</param>
    public static string? CheckName(string name) =>
        name == "data" ? "'data' is no attribute's name."
        : name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? $"the attribute {Quotation.Of(name)} has a name of other characters than a to z and 0 to 9."
            : null;

    private static string? CheckValue(in CloudEventAttribute attribute)
    {
        var expected = ExpectedOf(attribute);
        return expected is null
            ? null
            : $"the attribute '{attribute.Name}' is {Quotation.Of(attribute.Text)}; it is {expected}";
    }

    // Null when the value fits.
    private static string? ExpectedOf(in CloudEventAttribute attribute)
    {
        var text = attribute.Text;
        return attribute.Name switch
        {
            _ when text.Length > ValueLengthMax => $"at most {ValueLengthMax} characters long.",
            _ when !AttributeText.IsAllowed(text) =>
                "text without control characters and other code points that stand for no character.",
            "specversion" => IsText(attribute) && text == CloudEvent.Version ? null : $"\"{CloudEvent.Version}\".",
            "id" or "type" or "subject" => IsText(attribute) && text.Length > 0 ? null : "a string that is not empty.",
            "source" => IsText(attribute) && UriReference.IsValid(text)
                ? null
                : "a URI reference (RFC 3986) that is not empty, like https://example.com/orders or /orders; other "
                    + "characters than those of URIs are percent-encoded.",
            "dataschema" => IsText(attribute) && UriReference.IsValid(text) && UriReference.HasScheme(text)
                ? null
                : "a URI (RFC 3986), like https://example.com/schemas/order.",
            "time" => IsText(attribute) && Rfc3339.IsTimestamp(text)
                ? null
                : "a time of RFC 3339, like 2026-01-31T12:00:00Z.",
            "datacontenttype" => IsText(attribute) && DataMediaType.IsValid(text)
                ? null
                : "a media type (RFC 2046), like application/json.",
            _ => null,
        };
    }

    private static bool IsText(in CloudEventAttribute attribute) => attribute.Kind == CloudEventAttributeKind.Text;
}
