using Serverless.OpenApi;
using static Serverless.Functions.Tests.OpenApi.SmallContract;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class ExchangeRulesTests
{
    private const string Json = "Content-Type: application/json|Thing-Id: 7";
    private const string Lines = "Content-Type: application/x-ndjson|Thing-Id: 7";

    [Fact]
    public void An_answer_that_is_described_is_held_against_its_schema()
    {
        var judgement = ExchangeRules.Judge(Things, Exchange("GET /things/a", 200, """{"id":1}""", Json));

        Assert.Equal("GET /things/{name} 200", judgement.Operation);
        Assert.Empty(judgement.Faults);
        var check = Assert.Single(judgement.Checks, static one => one.What == "The answer");
        Assert.Equal("#/components/schemas/Thing", check.Path);
        Assert.True(check.IsClosed);
        Assert.Equal("""{"id":1}""", Assert.Single(check.Items));
    }

    [Theory]
    [InlineData("GET /things/a", 500, "", "", "The status 500 is not documented.")]
    [InlineData("GET /things/a", 200, "{}", "Content-Type: application/json", "The required header Thing-Id is")]
    [InlineData("GET /things/a", 200, "{}", Json + "|Thing-Color: red", "The header Thing-Color is not documented.")]
    [InlineData("GET /things/a", 200, "{}", "Content-Type: text/html|Thing-Id: 7", "The media type 'text/html'")]
    [InlineData("GET /things/a", 200, "{}", "Thing-Id: 7", "The media type '' is not documented.")]
    [InlineData("GET /things/a", 200, "{", Json, "The answer is not well-formed")]
    [InlineData("GET /things/a", 200, "{}{}", Json, "It holds 2 JSON values.")]
    [InlineData("GET /things/a", 204, "{}", "Content-Type: text/plain", "No body is documented")]
    [InlineData("GET /things/a?colour=red", 204, "", "", "The query parameter colour is not documented.")]
    [InlineData("GET /nowhere", 200, "", "", "The document knows no such path")]
    [InlineData("GET /nowhere", 404, "", "Content-Type: text/html", "The document knows no such path")]
    [InlineData("POST /things/a", 404, "", "Content-Type: application/json", "The document knows no such method")]
    [InlineData("PUT /things/a", 204, "", "", "The document requires a body")]
    public void What_the_document_does_not_say_is_a_fault(
        string request, int status, string body, string headers, string fault) =>
        Assert.Contains(fault, Faults(Exchange(request, status, body, headers))[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("GET /things/a", 204, "", "")]
    [InlineData("GET /things/none", 204, "", "")]
    [InlineData("GET /other/twins", 204, "", "")]
    [InlineData("GET /things/a", 414, "", "Connection: close")]
    [InlineData("GET /things/a", 431, "", "Connection: close")]
    [InlineData("GET /nowhere", 404, "{}", "Content-Type: application/problem+json")]
    [InlineData("POST /things/a", 405, "{}", "Content-Type: application/json|Allow: GET")]
    public void What_the_document_says_is_none(string request, int status, string body, string headers) =>
        Assert.Empty(Faults(Exchange(request, status, body, headers)));

    [Fact]
    public void A_path_without_parameters_wins()
    {
        var judgement = ExchangeRules.Judge(Things, Exchange("GET /things/none", 200, "{}", Json));

        Assert.StartsWith("GET /things/none", judgement.Operation, StringComparison.Ordinal);
        Assert.Contains("The status 200", judgement.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_line_of_an_answer_is_held_against_the_schema_of_one()
    {
        var judgement = ExchangeRules.Judge(
            Things, Exchange("GET /things/a", 200, "{\"id\":1}\n\n{\"id\":2}\n{\"id", Lines, isComplete: false));

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], judgement.Checks[^1].Items);
    }

    [Fact]
    public void An_answer_that_was_not_read_to_its_end_is_judged_by_its_beginning()
    {
        var judgement = ExchangeRules.Judge(Things, Exchange("GET /things/a", 200, "{", Json, isComplete: false));

        Assert.Empty(judgement.Faults);
        Assert.Equal("The header Thing-Id", Assert.Single(judgement.Checks).What);
    }

    [Fact]
    public void A_request_that_succeeds_is_held_against_its_schema()
    {
        var judgement = ExchangeRules.Judge(
            Things, Exchange("PUT /things/a", 204, sent: Body("""{"id":1}""", "application/json; charset=utf-8")));

        Assert.False(Assert.Single(judgement.Checks).IsClosed);
    }

    [Fact]
    public void A_request_of_another_media_type_that_succeeds_is_a_fault() => Assert.Equal(
        "The request's media type text/plain is not documented.",
        Assert.Single(Faults(Exchange("PUT /things/a", 204, sent: Body("x", "text/plain")))));

    [Theory]
    [InlineData(400, "")]
    [InlineData(204, """{"error_code":40402,"message":"no"}""")]
    [InlineData(204, """{"problem":{"status":400}}""")]
    public void A_request_that_fails_in_whole_or_in_part_may_be_wrong(int status, string answer)
    {
        var judgement = ExchangeRules.Judge(
            Things, Exchange("PUT /things/a", status, answer, sent: Body("x", "text/plain")));

        Assert.DoesNotContain(judgement.Faults, static fault => fault.Contains("request", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Faults(Exchange exchange) => ExchangeRules.Judge(Things, exchange).Faults;
}
