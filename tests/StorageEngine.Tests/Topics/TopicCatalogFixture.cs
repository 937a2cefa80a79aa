using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Topics;

/// <summary>Two nodes over one store; the logs of deleted topics are noted instead of removed.</summary>
internal sealed class TopicCatalogFixture
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public TopicCatalogFixture()
    {
        Tables = new SimulatedTableStore(Time);
        Node = CreateNode(new TopicCatalogSettings(), seed: 1);
        OtherNode = CreateNode(new TopicCatalogSettings(), seed: 2);
    }

    public FakeTimeProvider Time { get; } = new(Noon);

    public SimulatedTableStore Tables { get; }

    public TopicCatalog Node { get; }

    public TopicCatalog OtherNode { get; }

    public List<(TopicId Id, int Partitions)> LogsDeleted { get; } = [];

    public Exception? LogsFailWith { get; set; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TopicName Orders { get; } = Name("orders");

    public static TopicName Name(string text) =>
        TopicName.TryParse(text, out var name, out var problem)
            ? name
            : throw new ArgumentException(problem, nameof(text));

    public TopicCatalog CreateNode(TopicCatalogSettings settings, int seed) =>
        new(Tables, DeleteLogsAsync, settings, Time, new Random(seed));

    public async Task<Topic> CreateAsync(
        TopicName name, int partitions = 1, params (string Name, string? Value)[] configs) =>
        Assert.IsType<TopicCreation.Created>(await TryCreateAsync(Node, name, partitions, configs)).Topic;

    public static ValueTask<TopicCreation> TryCreateAsync(
        TopicCatalog node, TopicName name, int partitions = 1, params (string Name, string? Value)[] configs) =>
        node.CreateAsync(name, partitions, Pairs(configs), validateOnly: false, Token);

    public static KeyValuePair<string, string?>[] Pairs(params (string Name, string? Value)[] configs) =>
        [.. configs.Select(static config => KeyValuePair.Create(config.Name, config.Value))];

    public static ValueTask<TopicChange> SetAsync(TopicCatalog node, TopicName name, string config, string value) =>
        node.AlterConfigsAsync(name, [new(config, value, TopicConfigOperation.Set)], validateOnly: false, Token);

    /// <summary>The next write happens, but its answer is lost.</summary>
    public void LoseTheNextAnswer(Func<ValueTask>? thenDo = null) =>
        Tables.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                Tables.Interception.After = null;
                await (thenDo?.Invoke() ?? ValueTask.CompletedTask);
                throw new StorageOutcomeUnknownException("The answer was lost.");
            }
        };

    /// <summary>The next write does not happen, and nobody says so.</summary>
    public void LoseTheNextWrite() => BeforeTheNextWrite(
        () => throw new StorageOutcomeUnknownException("The request was lost."));

    /// <summary>Runs once, between a caller's read and its write.</summary>
    public void BeforeTheNextWrite(Func<ValueTask> act) =>
        Tables.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                Tables.Interception.Before = null;
                await act();
            }
        };

    private ValueTask DeleteLogsAsync(TopicId id, int partitions, CancellationToken cancellationToken)
    {
        if (LogsFailWith is { } failure)
        {
            throw failure;
        }

        LogsDeleted.Add((id, partitions));
        return ValueTask.CompletedTask;
    }
}
