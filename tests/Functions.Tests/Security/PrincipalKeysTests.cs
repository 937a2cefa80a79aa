using System.Net;
using System.Text.Json;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

public sealed class PrincipalKeysTests
{
    private const string Alice = "/api/v1/principals/User:alice/keys";

    [Fact]
    public async Task A_key_that_is_made_logs_its_principal_in_and_its_secret_is_shown_once()
    {
        await using var server = await GuardedServer.StartAsync();
        using var made = await server.SendAsync(GuardedServer.Admin, "POST", Alice);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = await made.JsonAsync();
        var secret = key.GetProperty("secret").GetString()!;

        using var login = await server.SendWithAsync($"Bearer {key.GetProperty("key").GetString()}:{secret}");
        var listed = await server.AnswerAsync(GuardedServer.Admin, "GET", Alice);

        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains(key.GetProperty("key").GetString()!, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_principal_has_two_keys_while_its_programs_change_over_and_no_third()
    {
        await using var server = await GuardedServer.StartAsync();
        var first = await MakeAsync(server);
        await MakeAsync(server);

        using var third = await server.SendAsync(GuardedServer.Admin, "POST", Alice);
        await third.ProblemAsync(HttpStatusCode.Conflict, "TOO_MANY_KEYS");
        await server.AnswerAsync(GuardedServer.Admin, "DELETE", $"{Alice}/{first}");

        Assert.NotEqual(first, await MakeAsync(server));
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("User:")]
    [InlineData("User:*")]
    [InlineData("User:ANONYMOUS")]
    [InlineData("User:%D0%B0lice")]
    [InlineData("User:a%20")]
    [InlineData("Group:alice")]
    public async Task A_name_that_nobody_can_have_gets_no_key(string principal)
    {
        await using var server = await GuardedServer.StartAsync();

        using var response = await server.SendAsync(
            GuardedServer.Admin, "POST", $"/api/v1/principals/{principal}/keys");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_PRINCIPAL");
    }

    [Fact]
    public async Task Principals_are_listed_page_by_page()
    {
        await using var server = await GuardedServer.StartAsync();
        await server.KeyOfAsync("bob");
        await server.KeyOfAsync("carol");

        var first = await PageAsync(server, "?limit=2");
        var second = await PageAsync(server, $"?limit=2&after={first.GetProperty("next").GetString()}");

        Assert.Equal(["User:admin", "User:bob"], NamesOf(first));
        Assert.Equal(["User:carol"], NamesOf(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_key_that_is_not_there_cannot_be_revoked()
    {
        await using var server = await GuardedServer.StartAsync();
        var bob = await server.KeyOfAsync("bob");

        using var response = await server.SendAsync(GuardedServer.Admin, "DELETE", $"{Alice}/{bob.Id}");

        await response.ProblemAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.StartsWith("200 ", await server.AnswerAsync("bob", "GET", "/api/v1/topics"), StringComparison.Ordinal);
    }

    private static async Task<string> MakeAsync(GuardedServer server)
    {
        using var made = await server.SendAsync(GuardedServer.Admin, "POST", Alice);
        return (await made.JsonAsync()).GetProperty("key").GetString()!;
    }

    private static async Task<JsonElement> PageAsync(GuardedServer server, string query)
    {
        using var response = await server.SendAsync(GuardedServer.Admin, "GET", "/api/v1/principals" + query);
        return await response.JsonAsync();
    }

    private static IEnumerable<string> NamesOf(JsonElement page) =>
        page.GetProperty("principals").EnumerateArray().Select(static one => one.GetProperty("principal").GetString()!);
}
