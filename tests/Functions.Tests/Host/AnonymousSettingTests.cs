using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Tests.Host;

/// <summary>
/// Nobody is let in without a key where other machines reach the node, unless the operator says so twice.
/// </summary>
public sealed class AnonymousSettingTests
{
    private const string Account =
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";

    // The handler listens on a loopback address then, and the Functions host passes on what comes from anywhere.
    private static readonly (string Name, string Value)[] OnAzure = [("FUNCTIONS_CUSTOMHANDLER_PORT", "41234")];

    [Theory]
    [InlineData("http://127.0.0.1:7071")]
    [InlineData("http://localhost:7071")]
    [InlineData("http://[::1]:7071")]
    [InlineData("http://127.0.0.1:1;http://127.3.2.1:2")]
    public void A_local_store_on_loopback_addresses_lets_everybody_in(string urls)
    {
        Assert.Equal(AnonymousAccess.All, Of("--urls", urls));
        Assert.Equal(
            AnonymousAccess.All,
            Of("--urls", urls, "--storage", "azure", "--connection", "UseDevelopmentStorage=true"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:7071")]
    [InlineData("http://*:7071")]
    [InlineData("http://[::]:7071")]
    [InlineData("http://10.1.2.3:7071")]
    [InlineData("http://127.0.0.1:1;http://10.1.2.3:7071")]
    public void An_address_that_other_machines_reach_lets_nobody_in(string urls)
    {
        Assert.Equal(AnonymousAccess.None, Of("--urls", urls));
        Assert.Contains(
            "--anonymous-beyond-loopback must be 'yes'",
            SettingsUnderTest.Problem("--urls", urls, "--anonymous", "all"),
            StringComparison.Ordinal);
        Assert.Contains(
            "--anonymous-beyond-loopback must be 'yes'",
            SettingsUnderTest.Problem("--urls", urls, "--anonymous", "acls"),
            StringComparison.Ordinal);
        Assert.Equal(
            AnonymousAccess.All, Of("--urls", urls, "--anonymous", "all", "--anonymous-beyond-loopback", "yes"));
    }

    [Fact]
    public void Where_only_this_machine_reaches_the_node_it_goes_by_names_of_the_machine_until_the_operator_says_so()
    {
        Assert.True(SettingsUnderTest.Good("--urls", "http://127.0.0.1:7071").Access.OnLoopbackOnly);
        Assert.False(SettingsUnderTest.Good("--urls", "http://10.1.2.3:7071").Access.OnLoopbackOnly);
        Assert.False(SettingsUnderTest.Good(
            "--urls", "http://127.0.0.1:7071", "--anonymous-beyond-loopback", "yes").Access.OnLoopbackOnly);
    }

    [Fact]
    public void Behind_the_Functions_host_no_address_is_taken_for_a_clients()
    {
        Assert.False(SettingsUnderTest.Good(Path.GetTempPath(), OnAzure).Access.KnowsAddresses);
        Assert.True(SettingsUnderTest.Good("--urls", "http://10.1.2.3:7071").Access.KnowsAddresses);
    }

    [Fact]
    public void The_second_word_alone_lets_nobody_in() => Assert.Equal(
        AnonymousAccess.None, Of("--urls", "http://0.0.0.0:7071", "--anonymous-beyond-loopback", "yes"));

    [Fact]
    public void A_storage_account_lets_nobody_in_until_the_operator_says_so()
    {
        Assert.Equal(AnonymousAccess.None, Of("--storage", "azure", "--connection", Account));
        Assert.Equal(AnonymousAccess.All, Of("--storage", "azure", "--connection", Account, "--anonymous", "all"));
    }

    [Fact]
    public void Behind_the_functions_host_nobody_is_let_in_whatever_lets_them_in_on_loopback()
    {
        Assert.Equal(AnonymousAccess.None, Of(OnAzure));
        Assert.Equal(AnonymousAccess.None, Of(OnAzure, "--storage", "azure", "--connection", Account));
        Assert.Equal(
            AnonymousAccess.None, Of(OnAzure, "--storage", "azure", "--connection", "UseDevelopmentStorage=true"));
        Assert.Equal(AnonymousAccess.None, Of(OnAzure, "--urls", "http://127.0.0.1:7071"));
        Assert.Equal(AnonymousAccess.None, Of(OnAzure, "--anonymous-beyond-loopback", "yes"));
    }

    [Theory]
    [InlineData("all", AnonymousAccess.All)]
    [InlineData("acls", AnonymousAccess.Acls)]
    public void Behind_the_functions_host_it_takes_both_words_to_let_anybody_in(string word, AnonymousAccess access)
    {
        foreach (string[] storage in (string[][])[[], ["--storage", "azure", "--connection", Account]])
        {
            Assert.Contains(
                "--anonymous-beyond-loopback must be 'yes'",
                SettingsUnderTest.Problem(Path.GetTempPath(), OnAzure, [.. storage, "--anonymous", word]),
                StringComparison.Ordinal);
            Assert.Equal(
                access, Of(OnAzure, [.. storage, "--anonymous", word, "--anonymous-beyond-loopback", "yes"]));
        }
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("User:*")]
    [InlineData("User:ANONYMOUS")]
    [InlineData("User:a;b")]
    public void Only_somebody_who_can_log_in_is_a_super_user(string super) => Assert.Contains(
        "--super-users", SettingsUnderTest.Problem("--super-users", super), StringComparison.Ordinal);

    private static AnonymousAccess Of((string Name, string Value)[] variables, params string[] arguments) =>
        SettingsUnderTest.Good(Path.GetTempPath(), variables, arguments).Access.Anonymous;

    private static AnonymousAccess Of(params string[] arguments) =>
        SettingsUnderTest.Good(arguments).Access.Anonymous;
}
