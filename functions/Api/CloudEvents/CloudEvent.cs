using System.Collections.Immutable;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// An event of CloudEvents 1.0: its attributes, and its data as the bytes that binary mode carries. Immutable, and
/// always valid by <see cref="CloudEventRules"/>.
/// </summary>
/// <remarks>
/// <para>
/// Data is kept as bytes and never as a parsed value: the log stores bytes, and what a producer wrote should come back
/// as it was. <see cref="DataContentType"/> says what they are; JSON data is the document's own bytes, text is encoded
/// as its media type says, in UTF-8 without a word about it.
/// </para>
/// <para>
/// The CloudNative.CloudEvents library is not used here, but it checks the tests. Its events are mutable and hold
/// data as parsed objects, it lets the last of two equal members win, it refuses with exceptions that do not say where
/// in a batch, and its mappings to HTTP and Kafka buffer whole bodies and need a broker's client.
/// </para>
/// </remarks>
internal sealed class CloudEvent
{
    /// <summary>The one version that is known.</summary>
    public const string Version = "1.0";

    private CloudEvent(ImmutableArray<CloudEventAttribute> attributes, ReadOnlyMemory<byte>? data)
    {
        Attributes = attributes;
        Data = data;
    }

    /// <summary>All attributes, <c>specversion</c> too, in the order in which they came; names are unique.</summary>
    public ImmutableArray<CloudEventAttribute> Attributes { get; }

    /// <summary>The data, or null when there is none; a slice of what the event was read from.</summary>
    public ReadOnlyMemory<byte>? Data { get; }

    /// <summary>With <see cref="Source"/> what the event is known by; not empty.</summary>
    public string Id => this["id"]!;

    /// <summary>Where it happened: a URI reference (RFC 3986), not empty.</summary>
    public string Source => this["source"]!;

    /// <summary>What happened; not empty.</summary>
    public string Type => this["type"]!;

    /// <summary>The media type of the data, with its parameters; null when nothing is said.</summary>
    public string? DataContentType => this["datacontenttype"];

    /// <summary>What the event is about, or null.</summary>
    public string? Subject => this["subject"];

    /// <summary>When it happened, in RFC 3339 as the producer wrote it, or null.</summary>
    public string? Time => this["time"];

    /// <summary>
    /// Whether binary mode can carry the event. It cannot when the data is declared to be CloudEvents itself, as
    /// Azure Event Grid's client does when nothing is said: readers would take the data for the event.
    /// </summary>
    public bool FitsBinaryMode => !DataMediaType.IsCloudEvents(DataContentType);

    /// <summary>The canonical text of an attribute, or null when the event does not have it.</summary>
    /// <param name="name">Its name.</param>
    public string? this[string name]
    {
        get
        {
            foreach (var attribute in Attributes)
            {
                if (attribute.Name == name)
                {
                    return attribute.Text;
                }
            }

            return null;
        }
    }

    /// <summary>Makes an event of what was read.</summary>
    /// <param name="attributes">Every attribute that is set, <c>specversion</c> included.</param>
    /// <param name="data">The data, or null; borrowed as long as the event lives.</param>
    /// <param name="created">The event; null when the result is not.</param>
    /// <returns>What is wrong with it, as a sentence that goes on after a position; null when nothing is.</returns>
    public static string? Create(
        IReadOnlyList<CloudEventAttribute> attributes, ReadOnlyMemory<byte>? data, out CloudEvent? created)
    {
        var broken = CloudEventRules.Check(attributes);
        created = broken is null ? new([.. attributes], data) : null;
        return broken;
    }
}
