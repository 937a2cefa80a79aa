using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.EventGrid;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V2.Consumers;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api;

/// <summary>Registers what the endpoints need beside the engine.</summary>
public static class ApiServices
{
    private const string InstalledKey = "Serverless.Functions.Api.ErrorAnswers";

    /// <summary>
    /// Adds the API. The host registers <c>EventLog</c>, <c>TopicCatalog</c>, <c>ITableStore</c>, <c>ICompression</c>,
    /// <c>TopicCostReader</c>, <c>Keeper</c>, <c>EngineMeters</c>, <c>TimeProvider</c>, <c>Random</c> and
    /// <c>SecretBytes</c>, and
    /// <see cref="ApiSettings"/> and <see cref="AccessSettings"/> where the defaults do not suit.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <remarks>
    /// A web host gets the error answers in front of its pipeline by itself; see <see cref="UseEventApi"/>.
    /// </remarks>
    public static IServiceCollection AddEventApi(this IServiceCollection services)
    {
        services.AddRouting();
        services.TryAddSingleton<ApiSettings>();
        services.TryAddSingleton<ProblemFormat>();
        services.TryAddSingleton<ErrorFormats>();

        // Before Confluent's: both have paths below /topics, and Event Grid's are the narrower ones.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IErrorFormat, EventGridErrorFormat>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IErrorFormat, ConfluentErrorFormat>());
        services.TryAddSingleton<AccessSettings>();
        services.TryAddSingleton<SecuritySettings>();
        services.TryAddSingleton<SecurityCatalog>();
        services.TryAddSingleton<CallerWatch>();
        services.TryAddSingleton<QuotaSettings>();
        services.TryAddSingleton<RequestQuotas>();
        services.TryAddSingleton<FailedLogins>();
        services.TryAddSingleton<Authenticator>();
        services.TryAddSingleton<RequestMemory>();
        services.TryAddSingleton<RecordProducer>();
        services.TryAddSingleton<ProducerIds>();
        services.TryAddSingleton<Engine>();
        services.TryAddSingleton<ClusterIdentity>();
        services.TryAddSingleton<GroupSettings>();
        services.TryAddSingleton<GroupCoordinator>();
        services.TryAddSingleton<GroupReader>();
        services.TryAddSingleton<GroupLags>();
        services.TryAddSingleton<LagLook>();
        services.TryAddSingleton<OffsetResets>();
        services.TryAddSingleton<OffsetCleanupLimits>();
        services.TryAddSingleton<OffsetCleanup>();
        services.TryAddSingleton<StoreMaintenance>();
        services.TryAddSingleton<ConsumerEngine>();
        services.AddSingleton(new OpenApiSource(typeof(ApiServices).Assembly, "OpenApi/"));
        services.TryAddSingleton<OpenApiDocument>();
        services.TryAddSingleton<QueueCoordinator>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ErrorAnswersFirst>());
        return services;
    }

    /// <summary>
    /// Puts the error answers in front of a pipeline that a host builds by hand; does nothing the second time.
    /// </summary>
    /// <param name="app">The pipeline, still empty.</param>
    public static IApplicationBuilder UseEventApi(this IApplicationBuilder app) =>
        app.Properties.TryAdd(InstalledKey, true) ? app.UseMiddleware<ErrorAnswers>() : app;

    private sealed class ErrorAnswersFirst : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseEventApi();
            next(app);
        };
    }
}
