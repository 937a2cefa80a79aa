namespace Serverless.Functions.Tests.Native;

/// <summary>Answers end with a newline, so that a shell's prompt after curl stands on a line of its own.</summary>
public sealed class FinalNewlineTests
{
    [Theory]
    [InlineData("/topics")]
    [InlineData("/topics/orders")]
    [InlineData("/topics/missing")]
    [InlineData("/topics/orders/offsets")]
    [InlineData("/topics/orders/queues")]
    [InlineData("/topics/orders/records")]
    [InlineData("/topics/orders/records?format=ndjson")]
    [InlineData("/topics/orders/partitions/0/records")]
    [InlineData("/topics/orders/events?mode=batch")]
    [InlineData("/topics/orders/records?limit=0")]
    [InlineData("/../../openapi.json")]
    public async Task An_answer_in_json_ends_with_one_newline(string path)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");
        using var sent = await server.PostAsync("/topics/orders/records", """{"value":1}""");

        using var response = await server.GetAsync(path);
        var answer = await response.Content.ReadAsStringAsync(NativeClient.Token);

        Assert.EndsWith("\n", answer, StringComparison.Ordinal);
        Assert.False(answer.EndsWith("\n\n", StringComparison.Ordinal));
        Assert.EndsWith("}\n", await sent.Content.ReadAsStringAsync(NativeClient.Token), StringComparison.Ordinal);
    }
}
