using System.Text.RegularExpressions;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Keys;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Tests.Host;

public sealed class KeysCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-keys-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_key_that_is_made_is_in_the_store_and_its_secret_on_the_screen_only()
    {
        Assert.Equal(0, await RunAsync("keys", "create", "--principal", "User:alice"));
        var id = Regex.Match(_output.ToString(), @"key +(\w+)").Groups[1].Value;
        var secret = Regex.Match(_output.ToString(), @"secret +(\S+)").Groups[1].Value;

        var state = await StateAsync();

        Assert.Equal("User:alice", ApiKeyRules.PrincipalOf(state, id, secret).ToString());
        Assert.DoesNotContain(
            secret, File.ReadAllText(Assert.Single(Directory.GetFiles(_folder, "*.db"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_without_secrets()
    {
        await RunAsync("keys", "create", "--principal", "User:alice");
        await RunAsync("keys", "create", "--principal", "User:bob");
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, await RunAsync("keys", "list"));

        Assert.Matches(@"^\w{24}  \S+Z  User:alice\s+\w{24}  \S+Z  User:bob\s+$", _output.ToString());
    }

    [Fact]
    public async Task A_revoked_key_is_gone()
    {
        await RunAsync("keys", "create", "--principal", "User:alice");
        var id = Assert.Single((await StateAsync()).Keys).Key;

        Assert.Equal(0, await RunAsync("keys", "revoke", "--principal", "User:alice", "--key", id));

        Assert.Empty((await StateAsync()).Keys);
    }

    [Fact]
    public async Task What_is_refused_is_one_sentence_and_an_exit_code()
    {
        await RunAsync("keys", "create", "--principal", "User:alice");
        await RunAsync("keys", "create", "--principal", "User:alice");

        Assert.Equal(3, await RunAsync("keys", "create", "--principal", "User:alice"));
        Assert.Equal(3, await RunAsync("keys", "revoke", "--principal", "User:alice", "--key", "none"));
        Assert.Equal(2, await RunAsync("keys", "create", "--principal", "alice"));

        Assert.Equal(3, _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("Behind keys comes create, list or revoke.", "keys")]
    [InlineData("Behind keys comes create, list or revoke.", "keys", "mint")]
    [InlineData("--principal is missing; it must be a principal such as User:alice.", "keys", "create")]
    [InlineData("--key is missing; it must be the id of a key.", "keys", "revoke", "--principal", "User:alice")]
    [InlineData("--principal is not an option; --help lists all of them.", "--principal", "User:alice")]
    public void What_is_missing_is_named(string problem, params string[] arguments) => Assert.Equal(
        problem, Assert.Single(Assert.IsType<CommandLine.Refused>(CommandLine.Parse(arguments)).Problems));

    private Task<int> RunAsync(params string[] arguments) =>
        new KeysCommand(_output, _errors, TimeProvider.System, Random.Shared).RunAsync(
            Assert.IsType<CommandLine.Keys>(CommandLine.Parse(arguments)), Settings());

    private async Task<SecurityState> StateAsync()
    {
        await using var storage = await NodeStorage.OpenAsync(
            Settings().Storage, TimeProvider.System, TestContext.Current.CancellationToken);
        var security = new SecurityCatalog(storage.Tables, new SecuritySettings(), TimeProvider.System, Random.Shared);
        return (await security.ReadAsync(TestContext.Current.CancellationToken)).State;
    }

    private HostSettings Settings() => SettingsUnderTest.Good("--data", _folder);
}
