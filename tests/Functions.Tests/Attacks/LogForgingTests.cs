using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;
using Serverless.Functions.Tests.Telemetry;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>Nobody writes a line of the log, and nobody moves the cursor of who reads it.</summary>
public sealed class LogForgingTests
{
    private static readonly string[] Texts =
    [
        "%0A2030-01-01T00:00:00Z crit: forged", "%0D%0Aforged", "%0Dforged", "%1B%5B2Jforged", "%E2%80%A8forged",
        "%C2%85forged", "%00forged", "%E2%80%AEforged", "%08forged",
    ];

    [Fact]
    public async Task What_fails_is_told_by_its_route_and_not_in_the_words_of_who_asked()
    {
        using var log = new WholeLog();
        await using var guarded = await GuardedServer.StartAsync(
            AnonymousAccess.Acls, services => services.AddSingleton<ILoggerProvider>(log));
        guarded.Server.Tables.Interception.Before =
            static _ => throw new StorageUnavailableException("The store is away.");

        // Not held to the OpenAPI document: what the server refuses by itself has no body.
        using var client = new HttpClient { BaseAddress = guarded.Server.Client.BaseAddress };
        foreach (var path in Texts.SelectMany(static text => (string[])
            [
                $"/api/v1/topics/{text}", $"/topics/{text}", $"/v3/clusters/{text}/topics", $"/api/v1/groups/{text}",
                $"/{text}", $"/consumers/{text}/instances/{text}/records", $"/api/v1/topics/t/records?x={text}",
            ]))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("User-Agent", "forged");
            request.Headers.TryAddWithoutValidation("traceparent", "forged");
            using var response = await client.SendAsync(request, NativeClient.Token);
            Assert.NotEqual(System.Net.HttpStatusCode.OK, response.StatusCode);
        }

        var own = log.Entries.Where(static entry => entry.StartsWith("Serverless", StringComparison.Ordinal)).ToList();
        Assert.Contains(own, static entry => entry.Contains("answered STORAGE_UNAVAILABLE", StringComparison.Ordinal));
        Assert.All(own, static entry =>
        {
            Assert.DoesNotContain("forged", entry, StringComparison.Ordinal);
            Assert.DoesNotContain(entry, static character => char.IsControl(character) || character == '\u2028');
        });
    }
}
