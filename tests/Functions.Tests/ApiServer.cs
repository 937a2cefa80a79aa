using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.OpenApi;
using Serverless.OpenApi;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests;

/// <summary>
/// The API in this process, behind real Kestrel on a free port, over simulated stores. Each instance is one node; nodes
/// that are given the same stores serve the same topics.
/// </summary>
/// <remarks>What <see cref="Client"/> hears must be what the OpenAPI document says; the end of the node checks
/// it.</remarks>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ContractWatch _watch = TestContract.NewWatch();

    private ApiServer(WebApplication app, SimulatedSegmentStore segments, SimulatedTableStore tables)
    {
        _app = app;
        Segments = segments;
        Tables = tables;
        Client = new HttpClient(_watch.Handler()) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>Speaks to this node.</summary>
    public HttpClient Client { get; }

    /// <summary>Where the logs lie; faults can be put in here.</summary>
    public SimulatedSegmentStore Segments { get; }

    /// <summary>Where the rows lie; faults can be put in here.</summary>
    public SimulatedTableStore Tables { get; }

    /// <summary>The node's topics.</summary>
    public TopicCatalog Topics => _app.Services.GetRequiredService<TopicCatalog>();

    /// <summary>The node's logs.</summary>
    public EventLog Log => _app.Services.GetRequiredService<EventLog>();

    /// <summary>The node's rights and keys.</summary>
    public SecurityCatalog Security => _app.Services.GetRequiredService<SecurityCatalog>();

    /// <summary>All routes of the API.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>What the node's requests hold in memory.</summary>
    internal RequestMemory Memory => _app.Services.GetRequiredService<RequestMemory>();

    /// <summary>Starts a node.</summary>
    /// <param name="settings">Its limits, when the defaults do not suit.</param>
    /// <param name="beside">A node whose stores it shares.</param>
    /// <param name="configure">Registers what the test replaces.</param>
    /// <param name="storageClock">The clock of the table store, when the test moves it.</param>
    public static async Task<ApiServer> StartAsync(
        ApiSettings? settings = null,
        ApiServer? beside = null,
        Action<IServiceCollection>? configure = null,
        TimeProvider? storageClock = null)
    {
        var segments = beside?.Segments ?? new SimulatedSegmentStore();
        var tables = beside?.Tables ?? new SimulatedTableStore(storageClock ?? TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        AddNode(builder.Services, settings ?? new ApiSettings(), segments, tables);
        builder.Services.AddEventApi();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapEventApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiServer(app, segments, tables);
    }

    /// <summary>Creates a topic without going through HTTP.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">The number of its partitions.</param>
    /// <param name="configs">Its settings.</param>
    public async Task<Topic> CreateTopicAsync(
        string name, int partitions = 1, params KeyValuePair<string, string?>[] configs)
    {
        Assert.True(TopicName.TryParse(name, out var topicName, out var problem), problem);
        var creation = await Topics.CreateAsync(
            topicName, partitions, configs, validateOnly: false, TestContext.Current.CancellationToken);
        return Assert.IsType<TopicCreation.Created>(creation).Topic;
    }

    /// <summary>Tells the node to stop, as Ctrl-C does; returns before it has.</summary>
    public void Leave() => _app.Lifetime.StopApplication();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        var faults = await _watch.FaultsAsync();
        Assert.True(faults.Count == 0, "What was said should not have been:\n" + string.Join('\n', faults));
    }

    private static void AddNode(
        IServiceCollection services, ApiSettings settings, SimulatedSegmentStore segments, SimulatedTableStore tables)
    {
        services.AddSingleton(settings);
        services.AddSingleton(new AccessSettings { Anonymous = AnonymousAccess.All });
        services.AddSingleton<SecretBytes>(RandomNumberGenerator.Fill);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<ITableStore>(tables);
        services.AddSingleton<ICompression, Codecs>();
        services.AddSingleton<EngineMeters>();
        services.AddSingleton(services => new EventLog(
            segments,
            tables,
            services.GetRequiredService<ICompression>(),
            new NodeIdentity(new UInt128(0, (ulong)Random.Shared.NextInt64()), ""),
            new EventLogSettings(),
            services.GetRequiredService<EngineMeters>(),
            services.GetRequiredService<TimeProvider>(),
            Random.Shared));
        services.AddSingleton(services => new TopicCostReader(
            services.GetRequiredService<ITableStore>(),
            services.GetRequiredService<EventLog>(),
            services.GetRequiredService<EngineMeters>(),
            new StoragePrices(),
            services.GetRequiredService<TimeProvider>()));
        services.AddSingleton(services => new Keeper(
            services.GetRequiredService<EventLog>(),
            services.GetRequiredService<TopicCatalog>(),
            new KeeperSettings()));
        services.AddSingleton(services => new TopicCatalog(
            tables,
            services.GetRequiredService<EventLog>().DeleteLogsAsync,
            services.GetService<TopicCatalogSettings>() ?? new TopicCatalogSettings(),
            services.GetRequiredService<TimeProvider>(),
            Random.Shared));
    }
}
