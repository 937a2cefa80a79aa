using Serverless.Functions.Api;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.Security.Tokens;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Host.Settings;

/// <summary>Everything that an operator can decide about a node, checked.</summary>
internal sealed record HostSettings
{
    /// <summary>The addresses to listen on.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Where other nodes reach this one; empty when nobody can.</summary>
    public required string Address { get; init; }

    /// <summary>How much to log.</summary>
    public required LogVerbosity LogLevel { get; init; }

    /// <summary>How long requests in flight may go on after a stop was asked for.</summary>
    public required TimeSpan Shutdown { get; init; }

    /// <summary>Whether the Azure Functions host started this process and passes every request on to it.</summary>
    public required bool BehindFunctionsHost { get; init; }

    /// <summary>Where the data lies.</summary>
    public required StorageLocation Storage { get; init; }

    /// <summary>Who is let in without or beside the stored rights.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary>Whose tokens are taken; null for nobody's.</summary>
    public required TokenSettings? Tokens { get; init; }

    /// <summary>How this node keeps up with rights and keys.</summary>
    public required SecuritySettings Security { get; init; }

    /// <summary>What holds where no stored quota says something else.</summary>
    public required QuotaSettings Quotas { get; init; }

    /// <summary>The limits of the HTTP server.</summary>
    public required ServerLimits Server { get; init; }

    /// <summary>The limits of the endpoints.</summary>
    public required ApiSettings Api { get; init; }

    /// <summary>The limits of the logs.</summary>
    public required EventLogSettings Log { get; init; }

    /// <summary>The limits of the topic catalog, and the defaults of topics.</summary>
    public required TopicCatalogSettings Topics { get; init; }

    /// <summary>The settings of consumer groups.</summary>
    public required GroupSettings Groups { get; init; }

    /// <summary>How often the node runs the maintenance of the store; zero for never.</summary>
    public required TimeSpan MaintenanceInterval { get; init; }

    /// <summary>What the node tells about itself, and to whom.</summary>
    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>What the storage service charges.</summary>
    public required StoragePrices Prices { get; init; }

    /// <summary>What may hardly be meant as it was set, in one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Reads and checks all settings; <see cref="SettingValues.Problems"/> then tells what is wrong.</summary>
    /// <param name="values">What the operator set.</param>
    /// <param name="environment">The variables of the process, the strongest place first.</param>
    /// <param name="behindFunctionsHost">Whether the Azure Functions host started this process.</param>
    public static HostSettings Read(
        SettingValues values, IReadOnlyList<IConfiguration> environment, bool behindFunctionsHost)
    {
        values.RefuseUnknownNames();
        var storage = StorageLocation.Read(values);
        var topics = EngineSettings.ReadTopics(values, storage.Kind);
        var warnings = SettingPairs.Check(values, topics.ConfigDefaults);
        var api = EndpointSettings.Read(values);
        foreach (var problem in api.Check())
        {
            values.Refuse(problem);
        }

        var urls = ListenAddresses.Split(values.Get(ProcessSettings.Urls));
        var isReachable = behindFunctionsHost || !urls.All(ListenAddresses.IsLoopback);
        return new HostSettings
        {
            Urls = urls,
            Access = AccessControlSettings.Read(values, storage, isReachable) with
            {
                KnowsAddresses = !behindFunctionsHost,
            },
            Tokens = TokenIssuerSettings.Read(values),
            Security = new SecuritySettings { CacheAge = values.Get(AccessControlSettings.CacheAge) },
            Quotas = QuotaOptions.Read(values),
            Address = values.Get(ProcessSettings.Address),
            LogLevel = values.Get(ProcessSettings.LogLevel),
            Shutdown = values.Get(ProcessSettings.Shutdown),
            BehindFunctionsHost = behindFunctionsHost,
            Storage = storage,
            Server = ServerLimits.Read(values),
            Api = api,
            Log = EngineSettings.ReadLog(values),
            Groups = ConsumerSettings.Read(values),
            Topics = topics,
            Warnings = warnings,
            MaintenanceInterval = values.Get(MaintenanceSettings.Interval),
            Telemetry = TelemetrySettings.Read(values, environment, behindFunctionsHost),
            Prices = PriceSettings.Of(values),
        };
    }
}
