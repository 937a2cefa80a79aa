using Serverless.StorageEngine.Security;

namespace Serverless.StorageEngine.Tests.Security;

public sealed class PrincipalTests
{
    [Theory]
    [InlineData("User:alice")]
    [InlineData("User:0b7f3d54-4d1f-4c63-8f0e-5f0a6f2a7c11")]
    [InlineData("User:CN=alice,OU=shop")]
    [InlineData("User:*")]
    public void A_name_of_printable_ascii_is_a_principal(string text)
    {
        Assert.True(Principal.TryParse(text, out var principal, out _));
        Assert.Equal(text, principal.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("user:alice")]
    [InlineData("Group:alice")]
    [InlineData("User:")]
    [InlineData("User: alice")]
    [InlineData("User:alice ")]
    [InlineData("User:аlice")]
    [InlineData("User:ａlice")]
    [InlineData("User:ali\0ce")]
    [InlineData("User:ali\u200bce")]
    [InlineData("User:a/b")]
    [InlineData("User:a%2Fb")]
    public void Nothing_that_looks_like_another_name_is_one(string? text)
    {
        Assert.False(Principal.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void A_name_has_at_most_200_characters()
    {
        Assert.True(Principal.TryName(new string('a', 200), out _, out _));
        Assert.False(Principal.TryName(new string('a', 201), out _, out _));
    }

    [Fact]
    public void Nobody_logs_in_as_everybody_or_as_nobody()
    {
        Assert.False(Principal.Everybody.CanLogIn);
        Assert.False(Principal.Anonymous.CanLogIn);
        Assert.True(Rights.Alice.CanLogIn);
    }
}
