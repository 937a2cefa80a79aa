using System.Net;

namespace Serverless.Functions.Tests.Native;

public sealed class QueryParametersTests
{
    [Theory]
    [InlineData("POST", "/topics/orders/records?kye=origin", "'kye' is not known here; known are key, envelope.")]
    [InlineData("POST", "/topics/orders/partitions/0/records?wait=1s", "'wait' is not known here")]
    [InlineData("POST", "/topics/orders/partitions/0/batches?key=a", "'key' is not known here; none is.")]
    [InlineData("POST", "/topics?name=a", "'name' is not known here; none is.")]
    [InlineData("GET", "/topics?limit=1", "'limit' is not known here; none is.")]
    [InlineData("DELETE", "/topics/orders?force=true", "'force' is not known here; none is.")]
    [InlineData("GET", "/topics/orders/records?formt=sse", "'formt' is not known here; known are offset, from,")]
    [InlineData("GET", "/topics/orders/partitions/0/records?max_byte=1", "known are offset, from, timestamp, cursor")]
    [InlineData("GET", "/topics/orders/partitions/0/batches?follow=true", "'follow' is not known here; known are")]
    [InlineData("GET", "/topics/orders/offsets?time=1", "'time' is not known here; known are timestamp.")]
    [InlineData("GET", "/topics/orders/records?limit=1&limit=2", "'limit' is there 2 times; one is expected.")]
    [InlineData("POST", "/topics/orders/records?key=a&key=b", "'key' is there 2 times; one is expected.")]
    public async Task A_query_parameter_that_the_route_does_not_know_is_refused(
        string method, string path, string detail)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 2);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        request.Content = method == "POST" ? NativeClient.Content("{}", "application/x-ndjson") : null;

        using var response = await server.Client.SendAsync(request, NativeClient.Token);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_query_stores_and_deletes_nothing()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1);

        using var post = await server.PostAsync("/topics/orders/records?kye=a", "{\"a\":1}\n", "application/x-ndjson");
        using var delete = await server.Client.DeleteAsync("/api/v1/topics/orders?x=1", NativeClient.Token);

        Assert.Equal(HttpStatusCode.BadRequest, post.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, delete.StatusCode);
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task A_key_place_is_refused_where_the_body_is_not_lines(string mediaType)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1);

        using var post = await server.PostAsync("/topics/orders/records?key=a", """{"value":1}""", mediaType);

        var problem = await post.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains("application/x-ndjson", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
