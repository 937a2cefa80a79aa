using System.Text;
using System.Text.Json;
using Serverless.OpenApi;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class BodyItemsTests
{
    [Fact]
    public void Lines_are_documents_and_empty_ones_are_none() =>
        Assert.Equal(["1", "{}"], Of("application/x-ndjson", "1\n\n{}"));

    [Fact]
    public void Events_are_their_data() => Assert.Equal(
        ["{\"a\":1}", "{}"],
        Of("text/event-stream", ":\n\nid: 0:1\nevent: record\ndata: {\"a\":1}\n\nevent: end\ndata:{}\n\n"));

    [Fact]
    public void Json_values_may_stand_after_each_other() =>
        Assert.Equal(["{\"a\":[1]}", "{}", "3"], Of("application/json", "{\"a\":[1]}{}\r\n 3"));

    [Theory]
    [InlineData("application/json", "{}{\"a\":[")]
    [InlineData("application/x-ndjson", "{}\n{\"a\":[")]
    public void What_was_not_read_to_its_end_is_left_out(string mediaType, string body) =>
        Assert.Equal(["{}"], BodyItems.Of(mediaType, Encoding.UTF8.GetBytes(body), isComplete: false));

    [Fact]
    public void Json_that_ends_too_early_is_none() =>
        Assert.ThrowsAny<JsonException>(() => Of("application/vnd.kafka.v2+json", "{}{\"a\":["));

    private static IReadOnlyList<string> Of(string mediaType, string body) =>
        BodyItems.Of(mediaType, Encoding.UTF8.GetBytes(body), isComplete: true);
}
