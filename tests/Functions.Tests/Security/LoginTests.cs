using System.Net;
using System.Text;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

public sealed class LoginTests
{
    [Theory]
    [InlineData("Basic")]
    [InlineData("basic")]
    [InlineData("Bearer")]
    [InlineData("SharedAccessKey")]
    public async Task A_key_is_taken_in_every_way_that_clients_know(string scheme)
    {
        await using var server = await GuardedServer.StartAsync();
        var key = await server.KeyOfAsync(GuardedServer.Admin);
        var shown = $"{key.Id}:{key.Secret}";

        using var response = await server.SendWithAsync(
            $"{scheme} {(scheme.Equals("basic", StringComparison.OrdinalIgnoreCase) ? Base64(shown) : shown)}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic %%%")]
    [InlineData("Basic Og==")]
    [InlineData("Basic /w==")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Bearer ")]
    [InlineData("Bearer :")]
    [InlineData("Bearer a:b")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Digest username=\"admin\"")]
    [InlineData("SharedAccessKey something")]
    [InlineData("User:admin")]
    public async Task Anything_else_is_401_and_nobody_is_taken_for_one_who_shows_nothing(string authorization)
    {
        await using var server = await GuardedServer.StartAsync(AnonymousAccess.Acls);
        await server.AllowAsync("ANONYMOUS", Right.DescribeTopic, "*");

        using var response = await server.SendWithAsync(authorization);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "SASL_AUTHENTICATION_FAILED");
    }

    [Fact]
    public async Task Two_headers_are_one_too_many()
    {
        await using var server = await GuardedServer.StartAsync();
        var key = await server.KeyOfAsync(GuardedServer.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {key.Id}:{key.Secret}", "Bearer a:b"]);

        using var response = await server.Server.Client.SendAsync(request, NativeClient.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_secret_of_another_key_is_worth_nothing()
    {
        await using var server = await GuardedServer.StartAsync();
        var (admin, alice) = (await server.KeyOfAsync(GuardedServer.Admin), await server.KeyOfAsync("alice"));

        using var response = await server.SendWithAsync($"Bearer {admin.Id}:{alice.Secret}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-User", "User:admin")]
    [InlineData("X-Ms-Client-Principal-Name", "admin")]
    [InlineData("X-Ms-Client-Principal-Id", "admin")]
    [InlineData("X-Principal", "User:admin")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    public async Task No_header_but_authorization_says_who_somebody_is(string name, string value)
    {
        await using var server = await GuardedServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.TryAddWithoutValidation(name, value);

        using var response = await server.Server.Client.SendAsync(request, NativeClient.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Whoever_shows_nothing_has_the_rights_that_are_stored_for_it_when_the_operator_says_so()
    {
        await using var server = await GuardedServer.StartAsync(AnonymousAccess.Acls);
        await server.Server.CreateTopicAsync("open");
        await server.Server.CreateTopicAsync("closed");
        await server.AllowAsync("ANONYMOUS", Right.DescribeTopic, "open");

        using var open = await server.SendAsync(null, "GET", "/api/v1/topics/open");
        using var closed = await server.SendAsync(null, "GET", "/api/v1/topics/closed");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (open.StatusCode, closed.StatusCode));
    }

    [Fact]
    public async Task A_revoked_key_is_worth_nothing()
    {
        await using var server = await GuardedServer.StartAsync();
        var key = await server.KeyOfAsync("alice");
        Assert.StartsWith("200 ", await server.AnswerAsync("alice", "GET", "/api/v1/topics"), StringComparison.Ordinal);

        var revoked = await server.AnswerAsync(
            GuardedServer.Admin, "DELETE", $"/api/v1/principals/User:alice/keys/{key.Id}");

        Assert.Equal("204 ", revoked);
        Assert.StartsWith("401 ", await server.AnswerAsync("alice", "GET", "/api/v1/topics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_repeats_what_was_shown()
    {
        await using var server = await GuardedServer.StartAsync();
        const string Secret = "srvls_thisMustNotComeBack";

        string[] shown = [$"Bearer abc:{Secret}", $"Basic {Base64("abc:" + Secret)}", $"Bearer {Secret}"];
        foreach (var authorization in shown)
        {
            using var response = await server.SendWithAsync(authorization);
            var answer = await response.Content.ReadAsStringAsync(NativeClient.Token) + response.Headers;

            Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(Base64("abc:" + Secret), answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_reads_nothing_from_the_store()
    {
        await using var server = await GuardedServer.StartAsync();
        await server.AnswerAsync(GuardedServer.Admin, "GET", "/health/none");
        await server.AnswerAsync("nobody", "GET", "/api/v1/topics/orders");
        server.Server.Tables.Operations.Reset();

        for (var number = 0; number < 200; number++)
        {
            using var response = await server.SendWithAsync(
                $"Bearer {number}:{number}", "GET", $"/api/v1/topics/{number}");
        }

        // One when what the node knows becomes old meanwhile.
        Assert.InRange(server.Server.Tables.Operations.TableReads, 0, 1);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
