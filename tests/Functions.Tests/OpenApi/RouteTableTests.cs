using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Tests.Host;
using Serverless.OpenApi;

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
    public void Every_route_is_described() => Assert.Empty(Mapped().Except(Described()));

    [Fact]
    public void Every_operation_that_is_described_is_a_route() => Assert.Empty(Described().Except(Mapped()));

    [Fact]
    public void Every_route_states_what_it_asks_of_its_caller() => Assert.DoesNotContain(
        Routes(), static route => route.Endpoint.Metadata.GetMetadata<Access>() is null);

    [Fact]
    public void Whoever_is_asked_who_he_is_is_told_that_he_may_be_unknown_and_that_his_quota_may_be_used_up()
    {
        var described = TestContract.Contract.Operations.ToDictionary(
            static operation => Anonymous(operation.Name), static operation => operation.Place["responses"]!);

        Assert.All(
            Routes().Where(static route => !route.Endpoint.Metadata.GetRequiredMetadata<Access>().IsOpen),
            route => Assert.Equal(
                (route.Name, true, true),
                (route.Name, described[route.Name]["401"] is not null, described[route.Name]["429"] is not null)));
    }

    [Fact]
    public void Nobody_is_asked_who_he_is_where_nothing_stored_is_told() => Assert.Equal(
        [
            "/", "/api/v1/problems/{code}", "/health/live", "/health/ready", "/openapi.json",
        ],
        Routes().Where(static route => route.Endpoint.Metadata.GetRequiredMetadata<Access>().IsOpen)
            .Select(static route => route.Endpoint.RoutePattern.RawText!)
            .Distinct()
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_query_of_a_native_route_is_what_the_document_says()
    {
        var described = TestContract.Contract.Operations.ToDictionary(
            static operation => Anonymous(operation.Name), QueryOf);

        Assert.All(
            Routes().Where(static route => route.Name.Contains(" /api/v1/", StringComparison.Ordinal)),
            route => Assert.Equal((route.Name, QueryOf(route.Endpoint)), (route.Name, described[route.Name])));
    }

    // A read of a whole topic knows an offset only to say that it belongs to a partition.
    private static string QueryOf(RouteEndpoint endpoint) => string.Join(' ',
        (endpoint.Metadata.GetMetadata<QueryParameters>()?.Names ?? [])
            .Where(name => name != "offset" || endpoint.RoutePattern.GetParameter("partition") is not null)
            .Order(StringComparer.Ordinal));

    private static string QueryOf(Operation operation) => string.Join(' ', new[] { operation.Item, operation.Place }
        .SelectMany(static place => place["parameters"]?.Elements() ?? [])
        .Where(static parameter => parameter.Text("in") == "query")
        .Select(static parameter => parameter.Text("name"))
        .Order(StringComparer.Ordinal));

    private static IEnumerable<string> Described() =>
        TestContract.Contract.Operations.Select(static operation => Anonymous(operation.Name));

    private IEnumerable<string> Mapped() => Routes().Select(static route => route.Name);

    private IEnumerable<(string Name, RouteEndpoint Endpoint)> Routes() =>
        from source in ((IEndpointRouteBuilder)_app).DataSources
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select (Anonymous($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"), endpoint);

    // The document calls parameters as Confluent's does, the code as code does.
    private static string Anonymous(string route) => Regex.Replace(route, @"\{[^}]*}", "{}");
}
