using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.Security.Tokens;

namespace Serverless.Functions.Tests.Security;

public sealed class TokenTests
{
    private static readonly TokenSettings Settings = new()
    {
        Metadata = TestIssuer.Metadata,
        Audiences = [TestIssuer.Audience],
    };

    private static readonly string[] Roles = ["Log.User", "Log.Admin"];

    private readonly TestIssuer _issuer = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly JwtVerifier _verifier;

    public TokenTests() => _verifier = new JwtVerifier(Settings, _issuer, _time);

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public async Task A_token_of_the_issuer_names_its_principal_by_the_object_id()
    {
        var valid = await GoodAsync(_issuer.Sign(Claims()));

        Assert.Equal("User:11111111-2222-3333-4444-555555555555", valid.Principal.ToString());
        Assert.False(valid.IsSuper);
    }

    [Fact]
    public Task A_token_without_a_signature_is_refused() => RefusedAsync(
        "signature", TestIssuer.Forge("""{"alg":"none","typ":"JWT","kid":"first"}""", Claims(), static _ => []));

    [Theory]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    public Task Nor_does_another_spelling_of_none_help(string algorithm) => RefusedAsync("", TestIssuer.Forge(
        $$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"first"}""", Claims(), static _ => []));

    [Theory]
    [InlineData("[\"b64\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    public Task A_token_that_calls_a_header_parameter_critical_is_refused(string critical) => RefusedAsync(
        "critical", TestIssuer.Forge(
            $$"""{"alg":"RS256","typ":"JWT","kid":"first","crit":{{critical}},"b64":true}""",
            Claims(),
            text => _issuer.Key.Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));

    [Fact]
    public async Task A_token_signed_with_the_public_key_as_a_shared_secret_is_refused()
    {
        byte[][] publicKeys =
        [
            _issuer.Key.Rsa.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(_issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()),
            _issuer.Key.Rsa.ExportParameters(false).Modulus!,
        ];
        foreach (var key in publicKeys)
        {
            await RefusedAsync("signature", TestIssuer.Forge(
                """{"alg":"HS256","typ":"JWT","kid":"first"}""", Claims(), text => HMACSHA256.HashData(key, text)));
        }
    }

    [Fact]
    public Task A_token_that_somebody_else_signed_is_refused() => RefusedAsync(
        "signature", _issuer.Sign(Claims(), new(TestIssuer.Make("forged").Rsa) { KeyId = "first" }));

    [Fact]
    public async Task A_token_that_was_changed_after_it_was_signed_is_refused()
    {
        var parts = _issuer.Sign(Claims()).Split('.');
        var changed = TestIssuer.Forge("{}", Claims("oid", "admin"), static _ => []).Split('.')[1];

        await RefusedAsync("signature", $"{parts[0]}.{changed}.{parts[2]}");
    }

    [Fact]
    public Task A_token_that_brings_its_own_key_is_refused()
    {
        var key = TestIssuer.Make("mine");
        var header = $$$"""
            {"alg":"RS256","typ":"JWT","kid":"mine","jwk":{"kty":"RSA","n":"{{{Convert.ToBase64String(
                key.Rsa.ExportParameters(false).Modulus!)}}}","e":"AQAB"},"jku":"https://attacker.example.org/keys"}
            """;
        return RefusedAsync("key", TestIssuer.Forge(header, Claims(), text => key.Rsa.SignData(
            text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public Task A_token_for_another_audience_is_refused() =>
        RefusedAsync("audience", _issuer.Sign(Claims("aud", "api://another")));

    [Fact]
    public Task A_token_of_another_issuer_is_refused() =>
        RefusedAsync("issuer", _issuer.Sign(Claims("iss", "https://issuer.example.org/another/v2.0")));

    [Fact]
    public Task A_token_of_another_type_is_refused() =>
        RefusedAsync("type", _issuer.Sign(Claims(), type: "dpop+jwt"));

    [Fact]
    public async Task A_token_is_good_until_it_expires_and_one_clock_skew_longer()
    {
        var token = _issuer.Sign(Claims());
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(59));
        await GoodAsync(token);

        _time.Advance(TimeSpan.FromSeconds(1));

        await RefusedAsync("expired", token);
    }

    [Fact]
    public async Task A_token_is_good_one_clock_skew_before_it_begins_and_not_earlier()
    {
        await GoodAsync(_issuer.Sign(Claims("nbf", Now.AddSeconds(60).ToUnixTimeSeconds())));
        await RefusedAsync("not valid yet", _issuer.Sign(Claims("nbf", Now.AddSeconds(61).ToUnixTimeSeconds())));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public Task A_token_that_does_not_say_when_it_expires_is_refused(long expires) =>
        RefusedAsync("expires", _issuer.Sign(Claims("exp", expires)));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("ANONYMOUS")]
    [InlineData("аdmin")]
    [InlineData("admin ")]
    [InlineData("ad\0min")]
    public Task A_token_that_names_nobody_is_refused(string name) =>
        RefusedAsync("oid", _issuer.Sign(Claims("oid", name)));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.")]
    public async Task What_is_no_token_makes_nobody_ask_the_issuer_for_long(string text)
    {
        await RefusedAsync("", text);
        await RefusedAsync("", text);

        Assert.InRange(_issuer.Reads, 0, 1);
    }

    [Fact]
    public async Task A_token_signed_with_the_next_key_is_good_as_soon_as_the_issuer_names_the_key()
    {
        await GoodAsync(_issuer.Sign(Claims()));
        _issuer.Key = _issuer.Publish("second");
        _time.Advance(IssuerKeys.SpacingMin);

        await GoodAsync(_issuer.Sign(Claims()));

        Assert.Equal(2, _issuer.Reads);
    }

    [Fact]
    public async Task Tokens_with_keys_that_nobody_has_make_the_node_ask_the_issuer_once_in_a_while_only()
    {
        var rsa = TestIssuer.Make("unknown").Rsa;
        for (var number = 0; number < 20; number++)
        {
            await RefusedAsync("key", _issuer.Sign(Claims(), new(rsa) { KeyId = $"unknown-{number}" }));
        }

        Assert.Equal(1, _issuer.Reads);
        _time.Advance(IssuerKeys.SpacingMin);
        await RefusedAsync("key", _issuer.Sign(Claims(), new(rsa) { KeyId = "unknown" }));
        Assert.Equal(2, _issuer.Reads);
    }

    [Fact]
    public async Task A_key_that_the_issuer_has_withdrawn_is_trusted_no_longer_than_it_is_remembered()
    {
        var (old, token) = (_issuer.Key, _issuer.Sign(Claims("exp", Now.AddDays(1).ToUnixTimeSeconds())));
        await GoodAsync(token);
        _issuer.Key = _issuer.Publish("second");
        _issuer.Withdraw(old);

        _time.Advance(IssuerKeys.RefreshAge + TimeSpan.FromSeconds(1));
        await _verifier.VerifyAsync(_issuer.Sign(Claims()), TestContext.Current.CancellationToken);
        await RefusedAsync("key", token);
    }

    [Fact]
    public async Task While_the_issuer_is_away_its_keys_are_trusted_for_a_day_and_then_nobody_is_taken_for_anybody()
    {
        var token = _issuer.Sign(Claims("exp", Now.AddDays(3).ToUnixTimeSeconds()));
        await GoodAsync(token);
        _issuer.IsAway = true;

        _time.Advance(IssuerKeys.AgeMax);
        await GoodAsync(token);
        _time.Advance(VerdictCache.AgeMax);

        Assert.Equal(ProblemCode.IssuerUnavailable, (await RefusalAsync(token)).Code);
    }

    [Fact]
    public async Task A_token_that_was_good_is_remembered_until_it_expires_or_is_good_no_more()
    {
        var old = _issuer.Key;
        var (token, brief) = (
            _issuer.Sign(Claims("exp", Now.AddDays(1).ToUnixTimeSeconds())), _issuer.Sign(Claims("oid", "brief")));
        Assert.False(_verifier.WasGood(token));
        await GoodAsync(token);
        await GoodAsync(brief);
        _issuer.Publish("second");
        _issuer.Withdraw(old);

        _time.Advance(IssuerKeys.RefreshAge + TimeSpan.FromMinutes(2));
        Assert.Equal((null, true, false), (_verifier.Find(token), _verifier.WasGood(token), _verifier.WasGood(brief)));
        await _verifier.VerifyAsync(_issuer.Sign(Claims()), TestContext.Current.CancellationToken);
        await RefusedAsync("key", token);

        Assert.False(_verifier.WasGood(token));
    }

    [Fact]
    public async Task However_many_tokens_come_at_least_the_last_half_of_those_that_fit_is_remembered()
    {
        var verdicts = new VerdictCache(_time);
        var good = await GoodAsync(_issuer.Sign(Claims()));

        // One more than there is room for.
        const int Count = (3 * VerdictCache.TokensMax) + 1;
        for (var number = 0; number < Count; number++)
        {
            verdicts.Remember($"{number}", good);
        }

        var remembered = Enumerable.Range(0, Count)
            .Where(number => verdicts.WasGood($"{number}")).ToList();
        Assert.InRange(remembered.Count, VerdictCache.TokensMax / 2, VerdictCache.TokensMax);
        Assert.Equal(Count - 1, remembered[^1]);
        Assert.Equal(remembered.Count - 1, remembered[^1] - remembered[0]);
    }

    [Fact]
    public async Task Where_the_first_read_of_the_issuer_fails_the_next_one_follows_after_a_second()
    {
        var token = _issuer.Sign(Claims());
        _issuer.IsAway = true;
        Assert.Equal(ProblemCode.IssuerUnavailable, (await RefusalAsync(token)).Code);
        _issuer.IsAway = false;

        Assert.Equal(ProblemCode.IssuerUnavailable, (await RefusalAsync(token)).Code);
        _time.Advance(IssuerKeys.SpacingFirst);

        await GoodAsync(token);
    }

    [Fact]
    public async Task While_no_keys_are_known_reads_become_rarer_with_each_that_fails_down_to_the_usual_spacing()
    {
        var token = _issuer.Sign(Claims("exp", Now.AddDays(1).ToUnixTimeSeconds()));
        _issuer.IsAway = true;
        var (start, asked) = (Now, new List<double>());
        for (var second = 0; second <= 125; second++)
        {
            var before = _issuer.Asked;
            Assert.Equal(ProblemCode.IssuerUnavailable, (await RefusalAsync(token)).Code);
            if (_issuer.Asked > before)
            {
                asked.Add((Now - start).TotalSeconds);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 61, 91, 121], asked);
    }

    [Theory]
    [InlineData("scp", "log.read other", true)]
    [InlineData("scp", "log.readmore", false)]
    [InlineData("scp", "LOG.READ", false)]
    [InlineData("roles", "Log.User", true)]
    [InlineData("roles", "Log.Other", false)]
    public async Task When_scopes_or_roles_are_set_a_token_has_one_of_them(string claim, string value, bool isGood)
    {
        var verifier = new JwtVerifier(
            Settings with { Scopes = ["log.read"], Roles = ["Log.User"] }, _issuer, _time);

        var verdict = await verifier.VerifyAsync(
            _issuer.Sign(Claims(claim, claim == "roles" ? new[] { value } : value)),
            TestContext.Current.CancellationToken);

        Assert.Equal(isGood, verdict is TokenVerdict.Valid);
    }

    [Fact]
    public async Task Whoever_has_a_super_role_may_do_everything()
    {
        var verifier = new JwtVerifier(Settings with { SuperRoles = ["Log.Admin"] }, _issuer, _time);

        var verdict = await verifier.VerifyAsync(
            _issuer.Sign(Claims("roles", Roles)), TestContext.Current.CancellationToken);

        Assert.True(Assert.IsType<TokenVerdict.Valid>(verdict).IsSuper);
    }

    [Fact]
    public async Task The_rights_of_a_token_are_those_of_its_principal()
    {
        await using var server = await GuardedServer.StartAsync(configure: services =>
        {
            services.AddSingleton<IDocumentRetriever>(_issuer);
            services.AddTokens(Settings);
        });
        await server.Server.CreateTopicAsync("orders");
        await server.AllowAsync("11111111-2222-3333-4444-555555555555", Right.DescribeTopic, "orders");
        var token = _issuer.Sign(TestIssuer.Claims(TimeProvider.System.GetUtcNow()));

        using var allowed = await server.SendWithAsync($"Bearer {token}", "GET", "/api/v1/topics/orders");
        using var denied = await server.SendWithAsync($"Bearer {token}", "DELETE", "/api/v1/topics/orders");
        using var forged = await server.SendWithAsync($"Bearer {token}x", "GET", "/api/v1/topics/orders");

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        Assert.Contains(
            "error=\"invalid_token\"", forged.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private Dictionary<string, object> Claims() => TestIssuer.Claims(Now);

    private Dictionary<string, object> Claims(string name, object value) => new(Claims()) { [name] = value };

    private async Task<TokenVerdict.Valid> GoodAsync(string token) => Assert.IsType<TokenVerdict.Valid>(
        await _verifier.VerifyAsync(token, TestContext.Current.CancellationToken));

    private async Task<Problem> RefusalAsync(string token) => Assert.IsType<TokenVerdict.Refused>(
        await _verifier.VerifyAsync(token, TestContext.Current.CancellationToken)).Problem;

    // No answer repeats a part of the token.
    private async Task RefusedAsync(string why, string token)
    {
        var problem = await RefusalAsync(token);

        Assert.Equal(ProblemCode.SaslAuthenticationFailed, problem.Code);
        Assert.Contains(why, problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(
            token.Split('.'), part => part.Length > 8 && problem.Detail.Contains(part, StringComparison.Ordinal));
    }
}
