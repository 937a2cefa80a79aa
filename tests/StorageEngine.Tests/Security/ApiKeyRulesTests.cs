using System.Security.Cryptography;
using Serverless.StorageEngine.Security;
using static Serverless.StorageEngine.Tests.Security.Rights;

namespace Serverless.StorageEngine.Tests.Security;

public sealed class ApiKeyRulesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_stands_for_its_principal_when_the_secret_is_shown()
    {
        var drawn = Draw();

        Assert.Equal(Alice, ApiKeyRules.PrincipalOf(With(drawn.For(Alice, Noon)), drawn.Id, drawn.Secret));
    }

    [Fact]
    public void A_key_stands_for_nobody_when_anything_else_is_shown()
    {
        var drawn = Draw();
        var state = With(drawn.For(Alice, Noon));

        Assert.Null(ApiKeyRules.PrincipalOf(state, drawn.Id, drawn.Secret + "x"));
        Assert.Null(ApiKeyRules.PrincipalOf(state, drawn.Id, ""));
        Assert.Null(ApiKeyRules.PrincipalOf(state, drawn.Id, ApiKeyRules.HashOf(drawn.Secret)));
        Assert.Null(ApiKeyRules.PrincipalOf(state, Draw().Id, drawn.Secret));
        Assert.Null(ApiKeyRules.PrincipalOf(state, drawn.Id.ToUpperInvariant() + "A", drawn.Secret));
        Assert.Null(ApiKeyRules.PrincipalOf(state, drawn.Id, new string('x', 1_000_000)));
        Assert.Null(ApiKeyRules.PrincipalOf(SecurityState.Empty, drawn.Id, drawn.Secret));
    }

    [Fact]
    public void A_secret_has_256_random_bits_and_is_in_no_text_of_the_stored_key()
    {
        var drawn = Draw();

        Assert.Equal(43, drawn.Secret.Length - NewApiKey.SecretPrefix.Length);
        Assert.DoesNotContain(drawn.Secret, drawn.For(Alice, Noon).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(drawn.Secret, drawn.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(drawn.Secret, Draw().Secret);
    }

    [Fact]
    public void A_principal_has_at_most_two_keys()
    {
        var one = With(Draw().For(Alice, Noon));
        var two = With(one, Draw().For(Alice, Noon));

        Assert.Null(ApiKeyRules.ProblemOf(one, Draw().For(Alice, Noon)));
        Assert.Equal(ApiKeyProblemCode.TooManyKeys, ApiKeyRules.ProblemOf(two, Draw().For(Alice, Noon))?.Code);
        Assert.Null(ApiKeyRules.ProblemOf(two, Draw().For(Bob, Noon)));
    }

    [Fact]
    public void Neither_everybody_nor_nobody_has_keys()
    {
        Assert.Equal(
            ApiKeyProblemCode.InvalidPrincipal,
            ApiKeyRules.ProblemOf(SecurityState.Empty, Draw().For(Principal.Everybody, Noon))?.Code);
        Assert.Equal(
            ApiKeyProblemCode.InvalidPrincipal,
            ApiKeyRules.ProblemOf(SecurityState.Empty, Draw().For(Principal.Anonymous, Noon))?.Code);
    }

    private static NewApiKey Draw() => NewApiKey.Draw(RandomNumberGenerator.Fill);

    private static SecurityState With(ApiKey key) => With(SecurityState.Empty, key);

    private static SecurityState With(SecurityState state, ApiKey key) =>
        state with { Keys = state.Keys.SetItem(key.Id, key) };
}
