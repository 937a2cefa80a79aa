using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Native.Produce;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.Native;

/// <summary>The headers by which a produce request asks for more than its records.</summary>
public sealed class ProduceHeadersTests
{
    [Theory]
    [InlineData("Producer-Id: 1", "Producer-Id, Producer-Epoch and Producer-Seq come together; Producer-Epoch is not")]
    [InlineData("Producer-Seq: 1|Producer-Epoch: 0", "come together; Producer-Id is not there.")]
    [InlineData("Producer-Id: -1|Producer-Epoch: 0|Producer-Seq: 0", "Producer-Id is '-1'; it is a number from 0 to 9")]
    [InlineData(
        "Producer-Id: 9223372036854775808|Producer-Epoch: 0|Producer-Seq: 0",
        "Producer-Id is '9223372036854775808'; it is a number from 0 to 9223372036854775807.")]
    [InlineData(
        "Producer-Id: 1|Producer-Epoch: 32768|Producer-Seq: 0",
        "Producer-Epoch is '32768'; it is a number from 0 to 32767.")]
    [InlineData(
        "Producer-Id: 1|Producer-Epoch: 0|Producer-Seq: 2147483648",
        "Producer-Seq is '2147483648'; it is a number from 0 to 2147483647.")]
    [InlineData("Producer-Id: |Producer-Epoch: 0|Producer-Seq: 0", "Producer-Id is ''; it is a number from 0 to")]
    [InlineData("Producer-Id: 1|Producer-Epoch: 0|Producer-Seq: 0|Idempotency-Key: a", "exclude each other")]
    [InlineData("Idempotency-Key: a b", "Idempotency-Key is 'a b'; it is 1 to 255 visible ASCII characters")]
    [InlineData("Idempotency-Key: \"a", "Idempotency-Key is '\"a'; it is 1 to 255 visible ASCII characters")]
    [InlineData("Idempotency-Key: \"a\\b\"", "Idempotency-Key is '\"a\\b\"'; it is 1 to 255 visible ASCII characters")]
    [InlineData("Idempotency-Key: \"a\";p=1", "Idempotency-Key is '\"a\";p=1'; it is 1 to 255 visible ASCII")]
    [InlineData("Idempotency-Key: \"\"", "Idempotency-Key is '\"\"'; it is 1 to 255 visible ASCII characters")]
    [InlineData("Idempotency-Key: ", "Idempotency-Key is ''; it is 1 to 255 visible ASCII characters")]
    [InlineData("If-Match: *", "If-Match is '*'; it is the offset that comes next in the partition, like \"42\". What")]
    [InlineData("If-Match: \"x\"", "If-Match is '\"x\"'; it is the offset that comes next in the partition, like")]
    [InlineData("If-Match: W/\"1\"", "If-Match is 'W/\"1\"'; it is the offset that comes next in the partition, like")]
    [InlineData("If-Match: \"1\", \"2\"", "If-Match is '\"1\", \"2\"'; it is the offset that comes next in the part")]
    [InlineData("If-Match: 9223372036854775808", "like \"42\". Offsets go from 0 to 9223372036854775807.")]
    [InlineData("If-Match: -1", "If-Match is '-1'; it is the offset that comes next in the partition, like")]
    [InlineData("Fencing-Token: a b", "Fencing-Token is 'a b'; it is 1 to 36 visible ASCII characters")]
    [InlineData(
        "Fencing-Token: 0123456789012345678901234567890123456",
        "Fencing-Token is '0123456789012345678901234567890123456'; it is 1 to 36 visible ASCII characters")]
    public async Task A_header_that_does_not_fit_is_repeated_and_told_what_would_be_right(
        string headers, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostWithAsync(
            "/topics/orders/partitions/0/records", """{"value":1}""", headers);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    // A client of the framework would put both into one line.
    [Theory]
    [InlineData("Producer-Id")]
    [InlineData("Idempotency-Key")]
    [InlineData("If-Match")]
    [InlineData("Fencing-Token")]
    public void A_header_that_is_there_twice_is_refused(string name)
    {
        Assert.True(TopicName.TryParse("orders", out var topicName, out _));
        var topic = new TopicSearch.Found(
            new Topic(topicName, default, 1, TopicConfig.Default, default), Partition: 0);
        var headers = new HeaderDictionary { [name] = new(["1", "1"]) };
        if (name == "Producer-Id")
        {
            headers["Producer-Epoch"] = headers["Producer-Seq"] = "0";
        }

        Assert.Equal(
            $"{name} is there 2 times; one is expected.", ProduceHeaders.Read(headers, topic, out _));
    }

    [Fact]
    public async Task A_key_of_256_characters_is_too_long()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var longest = await server.PostWithAsync(
            "/topics/orders/records", """{"value":1}""", "Idempotency-Key: " + new string('k', 255));
        using var longer = await server.PostWithAsync(
            "/topics/orders/records", """{"value":2}""", "Idempotency-Key: " + new string('k', 256));

        await longest.JsonAsync();
        await longer.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("Producer-Id: 1|Producer-Epoch: 0|Producer-Seq: 0", "Producer-Id")]
    [InlineData("If-Match: 0", "If-Match")]
    [InlineData("Fencing-Token: a", "Fencing-Token")]
    public async Task What_holds_for_one_partition_is_sent_to_a_path_that_names_one(string headers, string name)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostWithAsync("/topics/orders/records", """{"value":1}""", headers);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith(
            $"{name} holds for one partition, and the path names none: send the records to "
            + "/api/v1/topics/orders/partitions/{partition}/records.",
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/topics/orders", "application/vnd.kafka.json.v2+json", """{"records":[{"value":1}]}""")]
    [InlineData("/topics/orders/partitions/0", "application/vnd.kafka.json.v2+json", """{"records":[{"value":1}]}""")]
    public async Task The_v2_api_refuses_conditions_that_it_would_pass_over(string path, string mediaType, string body)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = NativeClient.Content(body, mediaType);
        request.Headers.TryAddWithoutValidation("Producer-Id", "1");

        using var response = await server.Client.SendAsync(request, NativeClient.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "Producer-Id is known only to /api/v1/topics/orders/partitions/",
            await response.Content.ReadAsStringAsync(NativeClient.Token),
            StringComparison.Ordinal);
    }
}
