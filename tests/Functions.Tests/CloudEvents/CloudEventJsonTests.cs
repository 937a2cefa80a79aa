using System.Text;
using CsCheck;
using Serverless.Functions.Api.CloudEvents;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class CloudEventJsonTests
{
    private const string Least = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    [Fact]
    public void Whatever_is_written_is_read_back_the_same() =>
        EventsUnderTest.Any.Sample(static written =>
            EventsUnderTest.AssertSame(written, EventsUnderTest.Read(EventsUnderTest.JsonOf(written))));

    [Fact]
    public void Json_data_keeps_its_own_bytes() =>
        Assert.Equal("{ \"b\":1.50,  \"a\":[] }", EventsUnderTest.DataOf(
            EventsUnderTest.Read($"{{{Least},\"data\":{{ \"b\":1.50,  \"a\":[] }}}}")));

    [Fact]
    public void Data_without_a_media_type_is_json_and_says_so_from_now_on()
    {
        var read = EventsUnderTest.Read($"{{{Least},\"data\":\"I'm just a string\"}}");

        Assert.Equal("application/json", read.DataContentType);
        Assert.Equal("\"I'm just a string\"", EventsUnderTest.DataOf(read));
    }

    [Fact]
    public void Data_without_a_media_type_in_base64_stays_without_one()
    {
        var read = EventsUnderTest.Read($"{{{Least},\"data_base64\":\"eyAieHl6IjogMTIzIH0=\"}}");

        Assert.Null(read.DataContentType);
        Assert.Equal("{ \"xyz\": 123 }", EventsUnderTest.DataOf(read));
        Assert.EndsWith(
            "\"data_base64\":\"eyAieHl6IjogMTIzIH0=\"}", EventsUnderTest.JsonOf(read), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_data_is_the_text_of_the_string() =>
        Assert.Equal("<much wow=\"xml\"/>", EventsUnderTest.DataOf(EventsUnderTest.Read(
            $"{{{Least},\"data\":\"<much wow=\\\"xml\\\"/>\",\"datacontenttype\":\"application/xml\"}}")));

    [Fact]
    public void Text_data_is_encoded_in_the_charset_of_its_media_type() =>
        Assert.Equal([0xE9], EventsUnderTest.Read(
            $"{{{Least},\"datacontenttype\":\"text/plain; charset=ISO-8859-1\",\"data\":\"é\"}}").Data?.ToArray());

    [Fact]
    public void A_null_among_the_data_is_a_null_and_not_the_absence_of_data() =>
        Assert.Equal("null", EventsUnderTest.DataOf(EventsUnderTest.Read($"{{{Least},\"data\":null}}")));

    [Fact]
    public void Text_data_that_is_null_is_no_data() =>
        Assert.Null(EventsUnderTest.Read($"{{{Least},\"datacontenttype\":\"text/plain\",\"data\":null}}").Data);

    [Fact]
    public void A_null_beside_base64_does_not_count() =>
        Assert.Equal("hi", EventsUnderTest.DataOf(EventsUnderTest.Read(
            $"{{{Least},\"data\":null,\"data_base64\":\"aGk=\"}}")));

    [Fact]
    public void An_attribute_that_is_null_is_not_set() =>
        Assert.Null(EventsUnderTest.Read($"{{{Least},\"subject\":null}}").Subject);

    [Fact]
    public void Numbers_and_truth_values_keep_their_kind() =>
        Assert.Contains("\"count\":-5,\"done\":true,\"text\":\"5\"", EventsUnderTest.JsonOf(EventsUnderTest.Read(
            $"{{{Least},\"count\":-5,\"done\":true,\"text\":\"5\"}}")), StringComparison.Ordinal);

    [Fact]
    public void The_media_type_that_event_grids_client_writes_is_taken()
    {
        const string mediaType = "application/cloudevents+json; charset=utf-8";

        var read = EventsUnderTest.Read($"{{{Least},\"datacontenttype\":\"{mediaType}\",\"data\":{{\"a\":1}}}}");

        Assert.Equal(mediaType, read.DataContentType);
        Assert.Equal("{\"a\":1}", EventsUnderTest.DataOf(read));
    }

    [Fact]
    public void An_event_is_written_on_one_line() =>
        Assert.DoesNotContain("\n", EventsUnderTest.JsonOf(EventsUnderTest.Read(
            $"{{{Least},\"data\":{{\n\"a\": 1\r\n}}}}")), StringComparison.Ordinal);

    [Fact]
    public void Data_that_is_not_what_its_media_type_says_is_given_in_base64()
    {
        var read = EventsUnderTest.Read(
            $"{{{Least},\"datacontenttype\":\"application/json\",\"data_base64\":\"aGk=\"}}");

        Assert.Contains("\"data_base64\":\"aGk=\"", EventsUnderTest.JsonOf(read), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "\"data\":\"hi\"}")]
    [InlineData("application/atom+xml", "\"data\":\"hi\"}")]
    [InlineData("application/x; charset=UTF-8", "\"data\":\"hi\"}")]
    [InlineData("text/plain; charset=ISO-8859-1", "\"data_base64\":\"aGk=\"}")]
    [InlineData("text/plain; charset=x-none", "\"data_base64\":\"aGk=\"}")]
    [InlineData("application/octet-stream", "\"data_base64\":\"aGk=\"}")]
    public void Data_is_shown_as_text_where_its_media_type_says_text_in_utf8(string mediaType, string expected) =>
        Assert.EndsWith(
            expected,
            EventsUnderTest.JsonOf(EventsUnderTest.Read(
                $"{{{Least},\"datacontenttype\":\"{mediaType}\",\"data_base64\":\"aGk=\"}}")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "[1]",
        "an event is an object like {\"specversion\":\"1.0\",\"id\":…,\"source\":…,\"type\":…}, not '[1]'.")]
    [InlineData("{" + Least, "this is not well-formed JSON: it ends too early, in the middle of a value.")]
    [InlineData("{" + Least + ",\"id\":\"2\"}", "the attribute 'id' is there twice.")]
    [InlineData("{" + Least + ",\"data\":1,\"data\":1}", "the member 'data' is there twice.")]
    [InlineData(
        "{" + Least + ",\"data_base64\":null,\"data_base64\":\"\"}",
        "the member 'data_base64' is there twice.")]
    [InlineData("{" + Least + ",\"data\":1,\"data_base64\":\"aGk=\"}", "'data' and 'data_base64' exclude each other.")]
    [InlineData(
        "{" + Least + ",\"data_base64\":\"%\"}",
        "'data_base64' is '\"%\"'; it is a string of base64, like \"aGk=\".")]
    [InlineData(
        "{" + Least + ",\"x\":{}}",
        "the attribute 'x' is '{}'; it is a string, a truth value, or a whole number from -2147483648 "
        + "to 2147483647.")]
    [InlineData(
        "{" + Least + ",\"x\":1.5}",
        "the attribute 'x' is '1.5'; it is a string, a truth value, or a whole number from -2147483648 "
        + "to 2147483647.")]
    [InlineData(
        "{" + Least + ",\"x\":2147483648}",
        "the attribute 'x' is '2147483648'; it is a string, a truth value, or a whole number from "
        + "-2147483648 to 2147483647.")]
    [InlineData("{" + Least + ",\"x\":\"\\ud800\"}", "an escape of a string stands for no character.")]
    [InlineData(
        "{" + Least + ",\"datacontenttype\":\"text/plain\",\"data\":{}}",
        "'datacontenttype' is 'text/plain', so 'data' is a string; it is '{}'. JSON data has a media "
        + "type like application/json, or none.")]
    [InlineData(
        "{" + Least + ",\"datacontenttype\":\"text/plain;charset=x-none\",\"data\":\"a\"}",
        "the charset 'x-none' is not known here; send 'data' in UTF-8, or 'data_base64'.")]
    [InlineData(
        "{" + Least + ",\"datacontenttype\":\"text/plain;charset=us-ascii\",\"data\":\"é\"}",
        "'data' has characters that the charset 'us-ascii' of its media type does not.")]
    public void A_broken_event_is_told_what_is_wrong_with_it(string json, string expected) =>
        Assert.Equal(expected, EventsUnderTest.Refusal(json));

    [Fact]
    public void Bytes_that_are_no_utf8_are_told_so() =>
        Assert.Equal("these bytes are not valid UTF-8.", CloudEventJson.Read(
            new byte[] { (byte)'{', 0xFF, (byte)'}' }, EventsUnderTest.AttributesMax, out _));

    [Fact]
    public void No_more_attributes_are_read_than_allowed()
    {
        var json = Encoding.UTF8.GetBytes($"{{{Least},\"x\":\"\"}}");

        Assert.Null(CloudEventJson.Read(json, 5, out _));
        Assert.Equal("the event has more than 4 attributes.", CloudEventJson.Read(json, 4, out _));
    }
}
