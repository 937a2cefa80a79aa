using System.Text;
using CsCheck;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class CloudEventRecordTests
{
    private const string Least = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    [Fact]
    public void Whatever_is_stored_is_read_back_the_same_in_both_modes() =>
        Gen.Select(EventsUnderTest.Any, Gen.Bool).Sample(static (stored, structured) =>
            EventsUnderTest.AssertSame(stored, Read(CloudEventRecord.Of(stored, structured: structured))));

    [Fact]
    public void In_binary_mode_attributes_are_headers_and_data_is_the_value()
    {
        var stored = EventsUnderTest.Read($"{{{Least},\"subject\":\"é\",\"data\":[1]}}");

        var record = CloudEventRecord.Of(stored);

        Assert.Equal(
            "ce_specversion=1.0 ce_id=1 ce_source=/s ce_type=t ce_subject=é content-type=application/json",
            string.Join(' ', record.Headers.Select(static header => $"{header.Name}={TextOf(header.Value)}")));
        Assert.Equal("[1]", TextOf(record.Value));
    }

    [Fact]
    public void An_event_without_data_is_a_record_without_a_value() =>
        Assert.Null(CloudEventRecord.Of(EventsUnderTest.Read($"{{{Least}}}")).Value);

    [Fact]
    public void The_partitionkey_becomes_the_key_and_stays_an_attribute()
    {
        var record = CloudEventRecord.Of(EventsUnderTest.Read($"{{{Least},\"partitionkey\":\"k\"}}"));

        Assert.Equal("k", TextOf(record.Key));
        Assert.Equal("k", Read(record)?["partitionkey"]);
    }

    [Fact]
    public void A_key_of_the_request_wins_over_the_partitionkey()
    {
        var stored = EventsUnderTest.Read($"{{{Least},\"partitionkey\":\"k\"}}");

        var record = CloudEventRecord.Of(stored, new EventKey(Encoding.UTF8.GetBytes("mine"), null));

        Assert.Equal("mine", TextOf(record.Key));
    }

    [Fact]
    public void An_event_without_a_partitionkey_has_no_key() =>
        Assert.Null(CloudEventRecord.Of(EventsUnderTest.Read($"{{{Least}}}")).Key);

    [Fact]
    public void Data_that_is_declared_to_be_an_event_is_stored_structured()
    {
        // In binary mode readers would take the data for the event, because of its content type.
        var stored = EventsUnderTest.Read(
            $"{{{Least},\"datacontenttype\":\"application/cloudevents+json; charset=utf-8\",\"data\":{{\"a\":1}}}}");

        var record = CloudEventRecord.Of(stored);

        Assert.Equal(["content-type"], record.Headers.Select(static header => header.Name));
        EventsUnderTest.AssertSame(stored, Read(record));
    }

    [Fact]
    public void A_structured_record_of_another_writer_is_read()
    {
        CloudEventRecord.Read(
            [Header("content-type", "Application/CloudEvents+JSON; charset=UTF-8"), Header("trace", "1")],
            Encoding.UTF8.GetBytes($"{{{Least},\"count\":5}}"), EventsUnderTest.AttributesMax, out var read);

        Assert.Equal("5", read?["count"]);
    }

    [Fact]
    public void A_record_without_headers_of_events_is_no_event() =>
        Assert.Equal((null, null), ReadRecord([Header("content-type", "application/json"), Header("id", "1")], "{}"));

    [Fact]
    public void A_tombstone_is_no_event() => Assert.Equal((null, null), ReadRecord([], null));

    [Theory]
    [InlineData("ce_id", "1", "the attribute 'specversion' is missing; an event has specversion, id, source and type.")]
    [InlineData("ce_Id", "1", "the attribute 'Id' has a name of other characters than a to z and 0 to 9.")]
    [InlineData(
        "content-type",
        "application/cloudevents+avro",
        "events of the media type 'application/cloudevents+avro' are not read here.")]
    [InlineData(
        "content-type",
        "application/cloudevents+json",
        "this is not well-formed JSON: it ends too early, in the middle of a value.")]
    public void A_record_that_only_claims_to_be_an_event_is_told_why_it_is_none(
        string header, string text, string expected) =>
        Assert.Equal((null, expected), ReadRecord([Header(header, text)], "{"));

    [Fact]
    public void A_header_that_is_no_text_makes_no_event() =>
        Assert.Equal(
            (null, "the header 'ce_id' is no text in UTF-8."), ReadRecord([new("ce_id", new byte[] { 0xFF })], "{}"));

    [Fact]
    public void An_attribute_that_is_there_twice_makes_no_event()
    {
        var headers = CloudEventRecord.Of(EventsUnderTest.Read($"{{{Least}}}")).Headers;

        Assert.Equal("the attribute 'id' is there twice.", ReadRecord([.. headers, Header("ce_id", "2")], null).Broken);
    }

    private static CloudEvent? Read(ProduceRecord record)
    {
        Assert.Null(CloudEventRecord.Read(record.Headers, record.Value, EventsUnderTest.AttributesMax, out var read));
        return read;
    }

    private static (CloudEvent? Read, string? Broken) ReadRecord(IReadOnlyList<RecordHeader> headers, string? value)
    {
        ReadOnlyMemory<byte>? bytes = value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value);
        var broken = CloudEventRecord.Read(headers, bytes, EventsUnderTest.AttributesMax, out var read);
        return (read, broken);
    }

    private static string? TextOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;

    private static RecordHeader Header(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
