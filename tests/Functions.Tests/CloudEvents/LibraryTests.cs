using System.Net;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using CsCheck;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Tests.Native;
using Event = CloudNative.CloudEvents.CloudEvent;

namespace Serverless.Functions.Tests.CloudEvents;

/// <summary>The library of the CloudEvents project as the other side, unchanged.</summary>
public sealed class LibraryTests
{
    private static readonly JsonEventFormatter Formatter = new();

    [Fact]
    public void The_library_reads_what_is_written_here() =>
        EventsUnderTest.Any.Sample(static written =>
        {
            var read = Formatter.DecodeStructuredModeMessage(CloudEventRecord.JsonOf(written), null, null);

            Assert.Equal(TextsOf(written), TextsOf(read));

            // To the library a null is no data, though the JSON format tells them apart.
            Assert.Equal(EventsUnderTest.DataOf(written) is null or "null", read.Data is null);
        });

    [Fact]
    public void What_the_library_writes_is_read_here() =>
        Events.Sample(static written =>
        {
            var json = Formatter.EncodeStructuredModeMessage(written, out _);

            Assert.Null(CloudEventJson.Read(json, EventsUnderTest.AttributesMax, out var read));
            Assert.Equal(TextsOf(written), TextsOf(read!));
            Assert.Equal(Formatter.EncodeBinaryModeEventData(written).ToArray(), read!.Data?.ToArray());
        });

    [Fact]
    public void Headers_are_encoded_as_the_library_encodes_them() =>
        EventsUnderTest.Text.Sample(static text =>
            Assert.Equal(HttpUtilities.EncodeHeaderValue(text), HeaderText.Encode(text)));

    [Theory]
    [InlineData(ContentMode.Binary, "binary")]
    [InlineData(ContentMode.Binary, "structured")]
    [InlineData(ContentMode.Structured, "binary")]
    [InlineData(ContentMode.Structured, "structured")]
    public async Task An_event_sent_in_one_mode_is_read_in_any(ContentMode sent, string read)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        var written = NewEvent("1");

        using var content = written.ToHttpContent(sent, Formatter);
        using var posted = await server.SendAsync(HttpMethod.Post, "/topics/t/events", content);
        await posted.JsonAsync();
        using var response = await server.GetAsync($"/topics/t/partitions/0/events?format={read}");
        var got = await response.ToCloudEventAsync(Formatter);

        Assert.Equal(TextsOf(written), TextsOf(got));
        Assert.Equal("{\"total\":9.5}", Assert.IsType<JsonElement>(got.Data).GetRawText());
    }

    [Fact]
    public async Task A_batch_is_sent_and_read_in_order()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        Event[] written = [NewEvent("1"), NewEvent("2"), NewEvent("3")];

        using var content = written.ToHttpContent(Formatter);
        using var posted = await server.SendAsync(HttpMethod.Post, "/topics/t/events", content);
        await posted.JsonAsync();
        using var response = await server.GetAsync("/topics/t/events");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var read = await response.ToCloudEventBatchAsync(Formatter);
        Assert.Equal(written.Select(TextsOf), read.Select(TextsOf));
    }

    // What the library writes as the canonical text of a time has no more digits than needed, and neither have these.
    private static Gen<Event> Events { get; } =
        from id in EventsUnderTest.Text
        from subject in EventsUnderTest.Text
        from minutes in Gen.Int[0, 100_000_000]
        from data in Gen.OneOf(
            EventsUnderTest.Text.Select(static text => (object)new Dictionary<string, string> { ["a"] = text }),
            Gen.Byte.Array[1, 20].Select(static bytes => (object)bytes),
            EventsUnderTest.Text.Select(static text => (object)text))
        select new Event
        {
            Id = id,
            Type = "com.example.type",
            Source = new Uri("https://example.com/a?b=c#d"),
            Subject = subject,
            Time = DateTimeOffset.UnixEpoch.AddMinutes(minutes),
            DataContentType = data switch
            {
                string => "text/plain",
                byte[] => "image/png",
                _ => "application/json",
            },
            Data = data,
        };

    private static Event NewEvent(string id)
    {
        var written = new Event
        {
            Id = id,
            Type = "com.example.order",
            Source = new Uri("/orders", UriKind.Relative),
            Subject = "Käse \"50 %\" 😀",
            Time = DateTimeOffset.UnixEpoch,
            DataContentType = "application/json",
            Data = new Dictionary<string, double> { ["total"] = 9.5 },
        };
        written.SetAttributeFromString("partitionkey", "k");
        return written;
    }

    private static string TextsOf(Event read) => Join(read.GetPopulatedAttributes()
        .Select(static pair => (pair.Key.Name, pair.Key.Format(pair.Value)))
        .Append(("specversion", read.SpecVersion.VersionId)));

    private static string TextsOf(Serverless.Functions.Api.CloudEvents.CloudEvent read) =>
        Join(read.Attributes.Select(static attribute => (attribute.Name, attribute.Text)));

    private static string Join(IEnumerable<(string Name, string Text)> texts) =>
        texts.OrderBy(static pair => pair.Name, StringComparer.Ordinal)
            .Aggregate(new StringBuilder(), static (text, pair) => text.Append($"{pair.Name}={pair.Text}\n"))
            .ToString();
}
