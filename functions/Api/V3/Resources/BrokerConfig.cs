using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// A setting of the broker that clients see: what topics get that do not say otherwise, under the name that Kafka gives
/// it on a broker. Pure. Nodes take their settings when they start, so all are read-only here.
/// </summary>
/// <param name="Name">Kafka's name of the broker's setting.</param>
/// <param name="Value">The value in force.</param>
/// <param name="Synonyms">The places that give it a value; the first is in force.</param>
internal sealed record BrokerConfig(string Name, string Value, IReadOnlyList<ConfigSynonym> Synonyms)
{
    private const string OfNode = "STATIC_BROKER_CONFIG";
    private const string OfProduct = "DEFAULT_CONFIG";

    // By Kafka's table of topic settings and their "server default property".
    private static readonly (string Name, string Topic)[] OfTopics =
    [
        ("append.interval.ms", "append.interval.ms"),
        ("compression.type", "compression.type"),
        ("log.cleaner.delete.retention.ms", "delete.retention.ms"),
        ("log.cleaner.max.compaction.lag.ms", "max.compaction.lag.ms"),
        ("log.cleaner.min.cleanable.ratio", "min.cleanable.dirty.ratio"),
        ("log.cleaner.min.compaction.lag.ms", "min.compaction.lag.ms"),
        ("log.cleanup.policy", "cleanup.policy"),
        ("log.local.retention.ms", "local.retention.ms"),
        ("log.message.timestamp.type", "message.timestamp.type"),
        ("log.retention.bytes", "retention.bytes"),
        ("log.retention.ms", "retention.ms"),
        ("log.roll.ms", "segment.ms"),
        ("log.segment.bytes", "segment.bytes"),
        ("log.segment.delete.delay.ms", "file.delete.delay.ms"),
        ("message.max.bytes", "max.message.bytes"),
    ];

    private static readonly (string Name, string Value)[] Constant =
    [
        ("auto.create.topics.enable", "false"),
        ("default.replication.factor", "1"),
        ("num.partitions", $"{TopicEndpoints.PartitionsDefault}"),
    ];

    /// <summary>Where the value in force comes from.</summary>
    public string Source => Synonyms[0].Source;

    /// <summary>Whether nobody has set it.</summary>
    public bool IsDefault => Source == OfProduct;

    /// <summary>All of them, in ordinal order of their names.</summary>
    /// <param name="nodeDefaults">What the operator of the node set for all topics, by the names of topics.</param>
    public static IReadOnlyList<BrokerConfig> All(ImmutableSortedDictionary<string, string> nodeDefaults) =>
    [
        .. OfTopics.Select(pair => OfTopic(pair.Name, TopicConfigDefinitions.Find(pair.Topic)!, nodeDefaults))
            .Concat(Constant.Select(static pair => Create(pair.Name, [new(pair.Name, pair.Value, OfProduct)])))
            .OrderBy(static config => config.Name, StringComparer.Ordinal),
    ];

    /// <summary>The one of this name, or null.</summary>
    public static BrokerConfig? Find(Engine engine, string name) =>
        All(engine.Topics.ConfigDefaults).FirstOrDefault(config => config.Name == name);

    /// <summary>What a change is told: that there is no such setting, or that a running node changes none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="engine">What the endpoints work with.</param>
    /// <param name="names">The settings that were to be changed; at least one.</param>
    public static ConfluentError RefuseChange(HttpContext context, Engine engine, IReadOnlyList<string> names) =>
        names.FirstOrDefault(name => Find(engine, name) is null) is { } unknown
            ? new(
                ConfluentErrorCode.NotFound,
                $"Config {unknown} cannot be found for BROKER {BrokerEndpoints.BrokerId} in cluster "
                + $"{V3Links.Of(context).ClusterId}.")
            : new(
                ConfluentErrorCode.InvalidRequest,
                $"Cannot update these configs dynamically: {string.Join(", ", names)}. Nodes take them when they "
                + "start.");

    private static BrokerConfig OfTopic(
        string name, TopicConfigDefinition definition, ImmutableSortedDictionary<string, string> nodeDefaults) =>
        Create(name, nodeDefaults.TryGetValue(definition.Name, out var value)
            ? [new(name, value, OfNode), new(name, definition.Default, OfProduct)]
            : [new(name, definition.Default, OfProduct)]);

    private static BrokerConfig Create(string name, IReadOnlyList<ConfigSynonym> synonyms) =>
        new(name, synonyms[0].Value, synonyms);
}
