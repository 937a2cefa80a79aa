using Serverless.OpenApi;
using static Serverless.Functions.Tests.OpenApi.SmallContract;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>Rules and validator together: what a test is told when it hears what the document does not say.</summary>
public sealed class ContractWatchTests
{
    private const string Json = "Content-Type: application/json|Thing-Id: 7";

    private static readonly Lazy<Task<SchemaValidator>> Validator = new(
        static () => SchemaValidator.StartAsync(Things.Document, CancellationToken.None));

    private readonly ContractWatch _watch = new(static () => Task.FromResult(Things), static () => Validator.Value);

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":1,"of":{"kind":"x"},"any":{"what":"ever"}}""")]
    public async Task An_answer_that_fits_is_fine(string answer)
    {
        _watch.See(Exchange("GET /things/a?size=3", 200, answer, Json));

        Assert.Empty(await _watch.FaultsAsync());
    }

    [Theory]
    [InlineData("""{"id":"1"}""", "/properties/id/type at /id: must be integer")]
    [InlineData("{}", "must have required property 'id'")]
    [InlineData("""{"id":1,"colour":"red"}""", "must NOT have unevaluated properties")]
    [InlineData("""{"id":1,"of":{"colour":"red"}}""", "/of: must NOT have unevaluated properties")]
    public async Task An_answer_that_does_not_fit_is_a_fault_with_operation_and_place(string answer, string fault)
    {
        _watch.See(Exchange("GET /things/a", 200, answer, Json));

        var told = Assert.Single(await _watch.FaultsAsync());
        Assert.StartsWith("GET /things/{name} 200: The answer breaks ", told, StringComparison.Ordinal);
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.EndsWith($"It is {answer}", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_does_not_fit_is_a_fault()
    {
        _watch.See(Exchange(
            "GET /things/a", 200, "{\"id\":1}\n{\"id\":null}\n", "Content-Type: application/x-ndjson|Thing-Id: 7"));

        Assert.Contains("""It is {"id":null}""", Assert.Single(await _watch.FaultsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_does_not_fit_is_a_fault()
    {
        _watch.See(Exchange("GET /things/a", 200, """{"id":1}""", "Content-Type: application/json|Thing-Id: seven"));

        Assert.Contains(
            "The header Thing-Id breaks", Assert.Single(await _watch.FaultsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_does_not_fit_and_succeeds_is_a_fault()
    {
        _watch.See(Exchange("GET /things/a?size=large", 204));

        Assert.Contains(
            "The query parameter size breaks", Assert.Single(await _watch.FaultsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_does_not_fit_and_succeeds_is_a_fault()
    {
        _watch.See(Exchange("PUT /things/a", 204, sent: Body("{}")));

        Assert.Contains("The request breaks", Assert.Single(await _watch.FaultsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_of_the_tests_hears_is_seen()
    {
        await using var server = await ApiServer.StartAsync();
        using var client = new HttpClient(_watch.Handler()) { BaseAddress = server.Client.BaseAddress };

        using var answer = await client.GetAsync("/api/v1/topics", TestContext.Current.CancellationToken);

        Assert.Equal(
            "{\"topics\":[]}\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(
            "GET /api/v1/topics: The document knows no such path",
            Assert.Single(await _watch.FaultsAsync()),
            StringComparison.Ordinal);
    }
}
