using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Tests.Quotas;

public sealed class FailedLoginTests
{
    private readonly CountingVerifier _verifier = new();

    [Fact]
    public async Task Past_the_limit_tokens_of_an_address_are_refused_unseen_until_time_has_passed()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, $"forged-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(node, "forged-3"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(node, "new"));
        Assert.Equal(3, _verifier.Verified);
        node.Time.Pass(1);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, "forged-4"));
    }

    [Fact]
    public async Task Whoever_is_known_to_be_good_is_let_in_from_the_same_address()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await AskAsync(node, $"forged-{i}");
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, "known"));
        await node.ServedAsync(GuardedServer.Admin, "GET", "/api/v1/topics");
    }

    [Fact]
    public async Task A_token_that_was_good_before_is_judged_anew_and_not_refused_unseen()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await AskAsync(node, $"forged-{i}");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(node, "new"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, "once-known"));
    }

    [Fact]
    public void Where_addresses_are_not_the_clients_all_have_one_limit_that_is_much_higher()
    {
        using var meters = new EngineMeters();
        var time = new StillTime();
        var failures = new FailedLogins(
            new QuotaSettings { FailedLoginRate = 2, Window = TimeSpan.FromSeconds(1) },
            new AccessSettings { KnowsAddresses = false },
            meters,
            time);
        for (var i = 0; i <= 2 * FailedLogins.SharedFactor; i++)
        {
            Assert.Null(failures.Count(From("10.0.0.1")));
        }

        Assert.NotNull(failures.Count(From("10.0.0.1")));
        Assert.NotNull(failures.RefusalOf(From("10.0.0.2")));
        time.Pass(0.02);
        Assert.Null(failures.RefusalOf(From("10.0.0.1")));
    }

    [Fact]
    public async Task Wrong_keys_count_too()
    {
        await using var node = await StartAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add(await AskAsync(node, "5f0c2b7d9e314a86c0d1e2f3:wrong"));
        }

        Assert.Equal(
            [
                HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized,
                HttpStatusCode.TooManyRequests,
            ],
            statuses);
    }

    [Fact]
    public async Task However_long_a_flood_of_wrong_keys_was_its_address_waits_no_longer_than_after_one_too_many()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 100; i++)
        {
            await AskAsync(node, "5f0c2b7d9e314a86c0d1e2f3:wrong");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(node, "new"));
        node.Time.Pass(1);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, "new"));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("32.1.13.184", "2001:db8::1", false)]
    public void An_address_has_one_limit_and_a_network_of_IPv6_has_one(string one, string other, bool same)
    {
        using var meters = new EngineMeters();
        var failures = new FailedLogins(
            new QuotaSettings { FailedLoginRate = 1, Window = TimeSpan.FromSeconds(1) },
            new AccessSettings(),
            meters,
            new StillTime());
        for (var i = 0; i < 10; i++)
        {
            failures.Count(From(one));
        }

        Assert.NotNull(failures.RefusalOf(From(one)));
        Assert.Equal(same, failures.RefusalOf(From(other)) is not null);
    }

    [Fact]
    public void With_no_limit_nothing_is_counted()
    {
        using var meters = new EngineMeters();
        var failures = new FailedLogins(
            new QuotaSettings { FailedLoginRate = 0 }, new AccessSettings(), meters, new StillTime());
        for (var i = 0; i < 1_000; i++)
        {
            failures.Count(From("10.0.0.1"));
        }

        Assert.Null(failures.RefusalOf(From("10.0.0.1")));
    }

    private static HttpRequest From(string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context.Request;
    }

    private Task<LimitedServer> StartAsync() =>
        LimitedServer.StartAsync(configure: services => services.AddSingleton<ITokenVerifier>(_verifier));

    private static async Task<HttpStatusCode> AskAsync(LimitedServer node, string bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await node.Server.Client.SendAsync(request, NativeClient.Token);
        return response.StatusCode;
    }

    // Knows one token, knew another one, and counts the others that it is asked to judge.
    private sealed class CountingVerifier : ITokenVerifier
    {
        public int Verified { get; private set; }

        public TokenVerdict.Valid? Find(string token) => token == "known"
            ? new(GuardedServer.Named("known"), IsSuper: true, DateTimeOffset.MaxValue)
            : null;

        public bool WasGood(string token) => token == "once-known";

        public ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
        {
            Verified++;
            return new(WasGood(token) ? Find("known")! : new TokenVerdict.Refused(AccessProblems.Unauthenticated("It is forged.")));
        }
    }
}
