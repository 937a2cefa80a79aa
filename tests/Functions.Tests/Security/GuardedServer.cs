using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Tests.Security;

/// <summary>
/// A node that lets nobody in without a key; <c>admin</c> may do everything, the others what a test allows.
/// </summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    public const string Admin = "admin";

    private readonly Dictionary<string, NewApiKey> _keys = [];

    private GuardedServer(ApiServer server) => Server = server;

    public ApiServer Server { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<GuardedServer> StartAsync(
        AnonymousAccess anonymous = AnonymousAccess.None, Action<IServiceCollection>? configure = null) =>
        new(await ApiServer.StartAsync(configure: services =>
        {
            services.AddSingleton(new AccessSettings { Anonymous = anonymous, SuperUsers = [Named(Admin)] });
            configure?.Invoke(services);
        }));

    public static Principal Named(string name)
    {
        Assert.True(Principal.TryName(name, out var principal, out var problem), problem);
        return principal;
    }

    /// <summary>The key of a principal, made when it is first asked for.</summary>
    public async Task<NewApiKey> KeyOfAsync(string name)
    {
        if (!_keys.TryGetValue(name, out var key))
        {
            _keys[name] = key = NewApiKey.Draw(RandomNumberGenerator.Fill);
            Assert.Null(await Server.Security.AddKeyAsync(key.For(Named(name), DateTimeOffset.UnixEpoch), Token));
        }

        return key;
    }

    public Task AllowAsync(string name, Right right, string resource, bool prefixed = false) =>
        AddAsync(name, right, resource, prefixed, AclPermissionType.Allow);

    public Task DenyAsync(string name, Right right, string resource, bool prefixed = false) =>
        AddAsync(name, right, resource, prefixed, AclPermissionType.Deny);

    /// <summary>Sends a request with the key of a principal, or with none.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string? name, string method, string path, string? body = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : NativeClient.Content(body, mediaType),
        };
        if (name is not null)
        {
            request.Headers.Authorization = Basic(await KeyOfAsync(name));
        }

        return await Server.Client.SendAsync(request, Token);
    }

    /// <summary>Sends a request with an <c>Authorization</c> as it stands.</summary>
    public async Task<HttpResponseMessage> SendWithAsync(
        string authorization, string method = "GET", string path = "/api/v1/topics")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
        return await Server.Client.SendAsync(request, Token);
    }

    /// <summary>Status and body in one text, to compare answers.</summary>
    public async Task<string> AnswerAsync(
        string? name, string method, string path, string? body = null, string mediaType = "application/json")
    {
        using var response = await SendAsync(name, method, path, body, mediaType);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}";
    }

    public static AuthenticationHeaderValue Basic(NewApiKey key) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key.Id}:{key.Secret}")));

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task AddAsync(
        string name, Right right, string resource, bool prefixed, AclPermissionType permission)
    {
        var principal = name == Principal.Anonymous.Name ? Principal.Anonymous : Named(name);
        var acl = new Acl(
            right.Type,
            resource,
            prefixed ? AclPatternType.Prefixed : AclPatternType.Literal,
            principal,
            right.Operation,
            permission);
        Assert.Null(AclRules.ProblemOf(acl));
        Assert.Null(await Server.Security.CreateAclsAsync([acl], Token));
    }
}
