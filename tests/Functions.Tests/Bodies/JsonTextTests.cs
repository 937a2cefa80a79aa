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
    [InlineData("POST", "/consumers/g", "application/vnd.kafka.v2+json", """{"\ud800":"x"}""")]
    [InlineData(
        "POST", "/topics/orders/eventsubscriptions/s:renewLock", "application/json", """{"\ud800":["x"]}""")]
    [InlineData("POST", "/topics/orders/eventsubscriptions/s:reject", "application/json", """{"\ud800":["x"]}""")]
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

    [Theory]
    [InlineData("POST", "topics", """{"\ud800":1}""")]
    [InlineData("PUT", "topics", """{"name":"orders","\udc00":1}""")]
    [InlineData("POST", "topics", """{"name":"more","configs":{"\ud800":1}}""")]
    [InlineData("PATCH", "topics/orders", """{"partitions":2,"\ud800\ud800":1}""")]
    [InlineData("PUT", "topics/orders/queues/billing", """{"\ud800":1}""")]
    [InlineData("POST", "topics/orders/queues/billing:acknowledge", """{"\ud800":["x"]}""")]
    [InlineData("PUT", "topics/orders/partitions/0/fencing-token", """{"\ud800":"x"}""")]
    [InlineData("POST", "producers", """{"\ud800":"x"}""")]
    [InlineData("POST", "groups/g/offsets", """{"offsets":[{"\ud800":1}]}""")]
    public async Task A_member_s_name_that_is_no_text_is_refused_and_changes_nothing(
        string method, string path, string body)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/" + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };

        using var response = await server.Client.SendAsync(request, NativeClient.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.Contains("escape", problem, StringComparison.Ordinal);
        Assert.Contains("\"side_effects\":\"none\"", problem, StringComparison.Ordinal);
    }
}
