using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Serverless.Functions.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task A_path_that_does_not_exist_is_a_problem()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.Client.GetAsync("/api/v1/nowhere", TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_method_that_does_not_exist_names_those_that_do()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.Client.PutAsync(
            "/api/v1/topics/t/partitions/0/records", null, TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        Assert.Contains("POST", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_problem_type_can_be_looked_up()
    {
        await using var server = await ApiServer.StartAsync();

        var text = await server.Client.GetStringAsync(
            "/api/v1/problems/OUTCOME_UNKNOWN", TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            OUTCOME_UNKNOWN: Whether the request took effect is not known.
            status: 503
            retryable: true
            side_effects: possible

            """,
            text);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_takes_no_records()
    {
        await using var server = await ApiServer.StartAsync();
        using var body = new StringContent("[{\"value\":1}]", Encoding.UTF8, "application/json");

        using var response = await server.Client.PostAsync(
            "/api/v1/topics/nope/records", body, TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(code, problem.GetProperty("code").GetString());
    }
}
