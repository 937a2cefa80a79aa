using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Bodies;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("PATCH", "/api/v1/topics/orders", "application/json", """{"configs":{"retention.ms":"\ud800"}}""")]
    [InlineData("POST", "/api/v1/topics", "application/json", """{"name":"\udc00","partitions":1}""")]
    [InlineData("POST", "/api/v1/topics/orders/records", "application/json", """[{"value":"\ud800"}]""")]
    [InlineData(
        "POST", "/topics/orders", "application/vnd.kafka.binary.v2+json", """{"records":[{"value":"\ud800"}]}""")]
    [InlineData("POST", "/topics/orders", "application/vnd.kafka.binary.v2+json", """{"records":[{"\ud800":1}]}""")]
    [InlineData("POST", "/topics/orders", "application/vnd.kafka.json.v2+json", """{"\ud800":[]}""")]
    [InlineData("POST", "/consumers/g", "application/vnd.kafka.v2+json", """{"name":"\ud800"}""")]
    public async Task An_escape_that_stands_for_no_character_is_the_client_s_mistake(
        string method, string path, string mediaType, string body)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) },
            },
        };

        using var response = await server.Client.SendAsync(request, NativeClient.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
