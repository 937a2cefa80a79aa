using System.Text;

namespace Serverless.Functions.Tests.V2;

public sealed class EmbeddedTextTests
{
    private const string Records = "/consumers/g/instances/c1/records";

    [Theory]
    [InlineData("DTW", "\"DTW\"")]
    [InlineData("12", "12")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("1 2", "\"1 2\"")]
    [InlineData("", "\"\"")]
    public async Task A_json_consumer_gets_a_key_as_json_where_it_is_json_and_else_as_text(string key, string given)
    {
        await using var node = await NodeWithAsync(Encoding.UTF8.GetBytes(key), "7"u8.ToArray());

        (await node.GetAsync(Records, V2Node.Json)).Is(
            200, $$"""[{"topic":"orders","key":{{given}},"value":7,"partition":0,"offset":0}]""", V2Node.Json);
    }

    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("{\"a\":", "\"{\\\"a\\\":\"")]
    [InlineData(" {\"a\": 1}\n", "{\"a\":1}")]
    [InlineData("null", "null")]
    [InlineData("", "\"\"")]
    public async Task A_json_consumer_gets_a_value_as_json_where_it_is_json_and_else_as_text(string value, string given)
    {
        await using var node = await NodeWithAsync("1"u8.ToArray(), Encoding.UTF8.GetBytes(value));

        (await node.GetAsync(Records, V2Node.Json)).Is(
            200, $$"""[{"topic":"orders","key":1,"value":{{given}},"partition":0,"offset":0}]""", V2Node.Json);
    }

    [Fact]
    public async Task A_key_that_is_no_text_stops_a_json_consumer_in_front_of_its_record()
    {
        await using var node = await NodeWithAsync([0xff], "7"u8.ToArray());

        (await node.GetAsync(Records, V2Node.Json)).Refuses(408, 40801, "orders-0 at offset 0");
    }

    private static async Task<V2Node> NodeWithAsync(byte[] key, byte[] value)
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        var (keyText, valueText) = (Convert.ToBase64String(key), Convert.ToBase64String(value));
        await node.PostAsync(
            "/topics/orders", $$"""{"records":[{"key":"{{keyText}}","value":"{{valueText}}"}]}""", V2Node.Binary);
        await node.SubscribeAsync("c1", "\"orders\"", ",\"format\":\"json\"");
        return node;
    }
}
