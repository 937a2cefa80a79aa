using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Native;

/// <summary>A client that lost its answer asks another node.</summary>
public sealed class RetryElsewhereTests
{
    private const string Records = "/topics/t/partitions/0/records";

    public static TheoryData<string, string, string> Requests => new()
    {
        { "Producer-Id: 1|Producer-Epoch: 0|Producer-Seq: 0", """[{"value":1},{"value":2}]""", "application/json" },
        { "Producer-Id: 1|Producer-Epoch: 0|Producer-Seq: 0", "1\n2\n", "application/x-ndjson" },
        { "Idempotency-Key: k", """[{"value":1},{"value":2}]""", "application/json" },
        { "Idempotency-Key: k", "1\n2\n", "application/x-ndjson" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_was_stored_although_the_answer_was_unknown_is_not_stored_again(
        string headers, string body, string mediaType)
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync(beside: one);
        await OpenAsync(one);
        LoseAnswers(one.Segments.Interception);

        using var unknown = await one.PostWithAsync(Records, body, headers, mediaType);
        Heal(one.Segments.Interception);
        using var again = await other.PostWithAsync(Records, body, headers, mediaType);

        await unknown.ProblemAsync(HttpStatusCode.ServiceUnavailable, "OUTCOME_UNKNOWN");
        Assert.True((await again.JsonAsync()).GetProperty("duplicate").GetBoolean());
        Assert.Equal(["0", "1", "2"], (await other.ReadAsync(Records)).Values());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_was_not_stored_is_stored_once_by_the_retry(string headers, string body, string mediaType)
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync(beside: one);
        await OpenAsync(one);
        one.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("The store is away.")
            : ValueTask.CompletedTask;

        using var refused = await one.PostWithAsync(Records, body, headers, mediaType);
        Heal(one.Segments.Interception);
        using var again = await other.PostWithAsync(Records, body, headers, mediaType);

        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE");
        Assert.False((await again.JsonAsync()).TryGetProperty("duplicate", out _));
        Assert.Equal(["0", "1", "2"], (await other.ReadAsync(Records)).Values());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_node_that_starts_when_the_first_one_is_gone_knows_its_requests(
        string headers, string body, string mediaType)
    {
        var one = await StartAsync();
        await OpenAsync(one);
        using var first = await one.PostWithAsync(Records, body, headers, mediaType);
        await first.JsonAsync();
        await one.DisposeAsync();

        await using var other = await StartAsync(beside: one);
        using var again = await other.PostWithAsync(Records, body, headers, mediaType);

        Assert.True((await again.JsonAsync()).GetProperty("duplicate").GetBoolean());
        Assert.Equal(["0", "1", "2"], (await other.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task The_same_request_on_two_nodes_at_once_is_stored_once()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync(beside: one);
        await OpenAsync(one);

        for (var i = 1; i <= 20; i++)
        {
            var (body, key) = ($$"""{"value":{{i}}}""", $"Idempotency-Key: {i}");
            var answers = await Task.WhenAll(
                one.PostWithAsync(Records, body, key), other.PostWithAsync(Records, body, key));

            Assert.Single(answers, static answer => IsDuplicate(answer));
            Array.ForEach(answers, static answer => answer.Dispose());
        }

        Assert.Equal(
            Enumerable.Range(0, 21).Select(static i => $"{i}"), (await one.ReadAsync(Records)).Values());
    }

    private static bool IsDuplicate(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        using var body = new StreamReader(answer.Content.ReadAsStream());
        return body.ReadToEnd().Contains("\"duplicate\":true", StringComparison.Ordinal);
    }

    // The engine tries for seconds before it gives up on a store.
    private static Task<ApiServer> StartAsync(ApiServer? beside = null) => ApiServer.StartAsync(
        beside: beside,
        configure: static services => services.AddSingleton<TimeProvider>(new FastTime(factor: 50)));

    private static async Task OpenAsync(ApiServer server)
    {
        await server.CreateTopicAsync("t");
        using var opened = await server.PostAsync(Records, """{"value":0}""");
        await opened.JsonAsync();
    }

    // Appends arrive, and nobody hears of them; nor can they be looked up.
    private static void LoseAnswers(StorageInterception store)
    {
        var appended = false;
        store.Before = call => appended && call.Operation is (StorageOperation.Append or StorageOperation.ReadSegment)
            ? throw new StorageUnavailableException("The store is away.")
            : ValueTask.CompletedTask;
        store.After = call => call.Operation == StorageOperation.Append && (appended = true)
            ? throw new StorageOutcomeUnknownException("The answer is lost.")
            : ValueTask.CompletedTask;
    }

    private static void Heal(StorageInterception store) => (store.Before, store.After) = (null, null);
}
