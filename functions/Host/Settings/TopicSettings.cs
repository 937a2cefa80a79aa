using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Host.Settings;

/// <summary>
/// The defaults of this node for topics that do not say otherwise: every topic setting by Kafka's name, with dashes.
/// </summary>
internal static class TopicSettings
{
    // Azure bills every append; four a second for a busy partition keep its price in proportion to an idle one's.
    private const string AppendIntervalOnAzure = "250";
    private const string AppendInterval = "append.interval.ms";

    private static readonly ImmutableArray<(TopicConfigDefinition Definition, Setting<string> Setting)> Definitions =
        [.. TopicConfigDefinitions.All.Where(static d => !d.IsReadOnly).Select(static d => (d, SettingFor(d)))];

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Definitions.Select(static pair => pair.Setting)];

    /// <summary>The setting of this node for one of Kafka's.</summary>
    /// <param name="name">Kafka's name.</param>
    public static Setting Of(string name) => Definitions.First(pair => pair.Definition.Name == name).Setting;

    /// <summary>What the operator set, by Kafka's name, as normalized text.</summary>
    /// <param name="values">What the operator set.</param>
    /// <param name="storage">The storage, on whose price one default depends.</param>
    public static ImmutableSortedDictionary<string, string> Read(SettingValues values, StorageKind storage)
    {
        var defaults = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (storage == StorageKind.Azure)
        {
            defaults[AppendInterval] = AppendIntervalOnAzure;
        }

        foreach (var (definition, setting) in Definitions)
        {
            if (values.Get(setting) is { Length: > 0 } text && definition.TryNormalize(text, out var normalized, out _))
            {
                defaults[definition.Name] = normalized;
            }
        }

        return defaults.ToImmutable();
    }

    private static Setting<string> SettingFor(TopicConfigDefinition definition) =>
        new(
            definition.Name.Replace('.', '-'),
            "",
            definition.Name == AppendInterval ? $"0 embedded, {AppendIntervalOnAzure} azure" : definition.Default,
            definition.Expected,
            char.ToLowerInvariant(definition.Documentation[0]) + definition.Documentation[1..].TrimEnd('.'),
            (string text, out string value) =>
            {
                value = text;
                return definition.TryNormalize(text, out _, out _);
            });
}
