using System.Net;
using System.Net.Http.Headers;

namespace Serverless.Functions.Tests.Native;

public sealed class PostBinaryRecordTests
{
    [Fact]
    public async Task The_body_is_the_value_and_headers_tell_the_rest()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("images");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topics/images/records")
        {
            Content = new ByteArrayContent([0xFF, 0x00]) { Headers = { ContentType = new("image/png") } },
            Headers =
            {
                { "Record-Key", "k" },
                { "Record-Header-Trace", "t1" },
                { "Record-Timestamp", "2026-01-01T00:00:00Z" },
            },
        };

        using var response = await server.Client.SendAsync(request, NativeClient.Token);
        await response.JsonAsync();

        var page = await server.ReadAsync("/topics/images/partitions/0/records");
        Assert.Equal(
            """{"partition":0,"offset":0,"timestamp":1767225600000,"key":"k","value_base64":"/wA=","headers":"""
            + """[{"name":"content-type","value":"image/png"},{"name":"trace","value":"t1"}]}""",
            page.GetProperty("records")[0].GetRawText());
    }

    [Fact]
    public async Task An_octet_stream_keeps_no_media_type_and_an_empty_body_is_an_empty_value()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("images");
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        using var response = await server.Client.PostAsync(
            "/api/v1/topics/images/records", content, NativeClient.Token);
        await response.JsonAsync();

        var record = (await server.ReadAsync("/topics/images/partitions/0/records")).GetProperty("records")[0];
        Assert.Equal("", record.GetProperty("value").GetString());
        Assert.False(record.TryGetProperty("headers", out _));
    }

    [Fact]
    public async Task A_body_above_the_topics_limit_is_refused_before_it_is_read()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("images", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));

        using var response = await server.PostAsync(
            "/topics/images/records", new string('x', 201), "application/octet-stream");

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
    }
}
