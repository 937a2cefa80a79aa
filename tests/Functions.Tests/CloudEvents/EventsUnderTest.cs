using System.Text;
using CsCheck;
using Serverless.Functions.Api.CloudEvents;

namespace Serverless.Functions.Tests.CloudEvents;

/// <summary>What the tests of events share: reading one from text, and drawing any.</summary>
internal static class EventsUnderTest
{
    public const int AttributesMax = 100;

    // Every character that is worth a thought in headers and JSON, beside letters.
    private static readonly Gen<string> Character = Gen.OneOf(
        Gen.Char['a', 'z'].Select(static c => c.ToString()),
        AnyOf(" ", "\"", "%", "\\", "/", "%41", "é", "Ж", "€", "😀", "漢", "'", "<", "&", "\u200D"));

    public static Gen<string> Text { get; } = Character.Array[1, 12].Select(static parts => string.Concat(parts));

    private static Gen<string> Name { get; } = Gen.Char["abcxyz019"].Array[1, 8]
        .Select(static letters => "x" + new string(letters));

    /// <summary>Any valid event whose attributes are text.</summary>
    public static Gen<CloudEvent> Any { get; } =
        from id in Text
        from type in Text
        from source in AnyOf("/orders", "https://example.com/a?b=c#d", "urn:uuid:6e8b", "1-555-123", "a/b:c")
        from extensions in Gen.Select(Name, Text).List[0, 5]
        from mediaType in AnyOf<string?>(
            null, "application/json", "text/plain", "application/vnd.x+json; charset=utf-8", "image/png")
        from data in DataOf(mediaType)
        select Create(id, type, source, extensions, mediaType, data);

    public static CloudEvent Read(string json)
    {
        var broken = CloudEventJson.Read(Encoding.UTF8.GetBytes(json), AttributesMax, out var read);
        Assert.Null(broken);
        return read!;
    }

    public static string? Refusal(string json) =>
        CloudEventJson.Read(Encoding.UTF8.GetBytes(json), AttributesMax, out _);

    public static string JsonOf(CloudEvent written) => Encoding.UTF8.GetString(CloudEventRecord.JsonOf(written).Span);

    public static string? DataOf(CloudEvent read) =>
        read.Data is { } data ? Encoding.UTF8.GetString(data.Span) : null;

    public static void AssertSame(CloudEvent expected, CloudEvent? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            expected.Attributes.OrderBy(static attribute => attribute.Name, StringComparer.Ordinal),
            actual.Attributes.OrderBy(static attribute => attribute.Name, StringComparer.Ordinal));
        Assert.Equal(expected.Data?.ToArray(), actual.Data?.ToArray());
    }

    /// <summary>The same event without its data.</summary>
    public static CloudEvent WithoutData(CloudEvent one)
    {
        Assert.Null(CloudEvent.Create(one.Attributes, null, out var created));
        return created!;
    }

    private static CloudEvent Create(
        string id,
        string type,
        string source,
        List<(string Name, string Text)> extensions,
        string? mediaType,
        byte[]? data)
    {
        List<CloudEventAttribute> attributes =
        [
            new("specversion", "1.0"), new("id", id), new("source", source), new("type", type),
            .. extensions.DistinctBy(static extension => extension.Name).Select(static e => new CloudEventAttribute(
                e.Name, e.Text)),
        ];
        if (mediaType is not null)
        {
            attributes.Add(new("datacontenttype", mediaType));
        }

        ReadOnlyMemory<byte>? bytes = data is null ? default(ReadOnlyMemory<byte>?) : data;
        Assert.Null(CloudEvent.Create(attributes, bytes, out var created));
        return created!;
    }

    private static Gen<T> AnyOf<T>(params T[] values) =>
        Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<byte[]?> DataOf(string? mediaType)
    {
        var anything = Gen.Byte.Array[0, 20];
        var data = mediaType switch
        {
            "text/plain" => Text.Select(Encoding.UTF8.GetBytes),
            "application/json" or "application/vnd.x+json; charset=utf-8" => Gen.OneOf(
                Text.Select(static text => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new[] { text })),
                AnyOf("1.50", "null", "\"a\"", "{\"b\": [1, {}] }", "no JSON").Select(Encoding.UTF8.GetBytes),
                anything),
            _ => anything,
        };
        return Gen.OneOf(data.Select(static bytes => (byte[]?)bytes), Gen.Const((byte[]?)null));
    }
}
