using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Tests.Host;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>The document against what a node really maps.</summary>
public sealed class RouteTableTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-routes-").FullName;
    private NodeStorage _storage = null!;
    private Node _node = null!;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = SettingsUnderTest.Good("--data", _folder);
        _storage = await NodeStorage.OpenAsync(
            settings.Storage, TimeProvider.System, TestContext.Current.CancellationToken);
        _node = new Node(_storage, settings, TimeProvider.System, Random.Shared);
        _app = NodeApplication.Build(_node, settings, TimeProvider.System, Random.Shared);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _node.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_route_is_described() =>
        Assert.Empty(Mapped().Except(Described()).Except(TestContract.Undocumented.Select(Anonymous)));

    [Fact]
    public void Every_operation_that_is_described_is_a_route() => Assert.Empty(Described().Except(Mapped()));

    [Fact]
    public void What_is_said_to_be_undocumented_is_a_route_and_not_described()
    {
        var undocumented = TestContract.Undocumented.Select(Anonymous).ToList();

        Assert.Empty(undocumented.Except(Mapped()));
        Assert.Empty(undocumented.Intersect(Described()));
    }

    private static IEnumerable<string> Described() => TestContract.Contract.Operations
        .Where(static operation => operation.Place is not null)
        .Select(static operation => Anonymous(operation.Name));

    private IEnumerable<string> Mapped() =>
        from source in ((IEndpointRouteBuilder)_app).DataSources
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select Anonymous($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}");

    // The document calls parameters as Confluent's does, the code as code does.
    private static string Anonymous(string route) => Regex.Replace(route, @"\{[^}]*}", "{}");
}
