using System.Net;

namespace Serverless.Functions.Tests.Native;

/// <summary>Ids and epochs of idempotent producers.</summary>
public sealed class ProducersTests
{
    [Fact]
    public async Task Each_producer_without_a_name_gets_an_id_of_its_own_whichever_node_it_asks()
    {
        await using var one = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: one);

        var answers = new List<string>();
        foreach (var node in (ApiServer[])[one, other, one, other])
        {
            using var response = await node.SendAsync(HttpMethod.Post, "/producers", content: null);
            var producer = await response.JsonAsync();
            Assert.Equal(0, producer.GetProperty("producer_epoch").GetInt32());
            answers.Add(producer.GetProperty("producer_id").GetRawText());
        }

        Assert.Distinct(answers);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null}""")]
    public async Task A_body_without_a_name_asks_for_a_producer_without_one(string body)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/producers", body);

        Assert.Equal("""{"producer_id":0,"producer_epoch":0}""", (await response.JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task A_producer_that_comes_back_under_its_name_shuts_out_its_earlier_life()
    {
        await using var one = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: one);
        await one.CreateTopicAsync("t");

        var earlier = await InitializeAsync(one);
        var later = await InitializeAsync(other);
        using var first = await one.PostWithAsync(
            "/topics/t/partitions/0/records", """{"value":1}""", earlier + "|Producer-Seq: 0");
        using var second = await one.PostWithAsync(
            "/topics/t/partitions/0/records", """{"value":2}""", later + "|Producer-Seq: 0");
        using var left = await one.PostWithAsync(
            "/topics/t/partitions/0/records", """{"value":3}""", earlier + "|Producer-Seq: 1");

        await first.JsonAsync();
        await second.JsonAsync();
        var problem = await left.ProblemAsync(HttpStatusCode.Forbidden, "INVALID_PRODUCER_EPOCH");
        Assert.Equal(1, problem.GetProperty("current_epoch").GetInt32());
    }

    [Theory]
    [InlineData("""{"name":""}""", "The member 'name' is ''; it is a text of 1 to 255 bytes of UTF-8.")]
    [InlineData("""{"name":7}""", "The member 'name' is '7'; it is a text.")]
    [InlineData("""{"nam":"a"}""", "The body has the unknown member 'nam'; known are name.")]
    [InlineData("[]", "The body is an object with some of name; it is '[]'.")]
    [InlineData("{", "The body is not well-formed JSON")]
    public async Task A_body_that_does_not_fit_is_repeated_and_told_what_would_be_right(string body, string sentence)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/producers", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> InitializeAsync(ApiServer server)
    {
        using var response = await server.PostAsync("/producers", """{"name":"billing-1"}""");
        var producer = await response.JsonAsync();
        return $"Producer-Id: {producer.GetProperty("producer_id")}|"
            + $"Producer-Epoch: {producer.GetProperty("producer_epoch")}";
    }
}
