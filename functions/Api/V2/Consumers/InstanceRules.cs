using System.Text.Json;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// Turns the request that creates an instance into its settings, or says what is wrong with it. Pure.
/// </summary>
internal static class InstanceRules
{
    /// <summary>
    /// How long a read waits when neither it nor the instance says (<c>consumer.request.timeout.ms</c>).
    /// </summary>
    public static readonly TimeSpan RequestTimeoutDefault = TimeSpan.FromMilliseconds(1_000);

    private const int FetchBytesMin = -1;
    private const int FetchBytesMax = 10_000_000;

    /// <summary>Checks the request.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="settings">The settings, when there is no error.</param>
    /// <returns>What is wrong, or null.</returns>
    /// <remarks>
    /// <c>fetch.min.bytes</c> is checked and has no effect: a read returns as soon as there is anything, which no
    /// client that works with Confluent's proxy can tell from a topic with more traffic.
    /// </remarks>
    public static ConfluentError? Check(CreateInstanceRequest request, out InstanceSettings settings)
    {
        var timeout = request.ConsumerRequestTimeoutMs ?? request.RequestWaitMs;
        settings = new InstanceSettings(
            request.Format?.ToLowerInvariant() ?? V2Formats.Binary,
            ResetOf(request.AutoOffsetReset) ?? AutoOffsetReset.Latest,
            AutoCommitOf(request.AutoCommitEnable) ?? true,
            timeout is > 0 and <= int.MaxValue ? TimeSpan.FromMilliseconds(timeout.Value) : RequestTimeoutDefault);

        return settings.Format is "avro" or "jsonschema" or "protobuf"
            ? new(
                ConfluentErrorCode.Unprocessable,
                "Invalid format type. Formats with schemas need a schema registry, which this server does not have; "
                + "binary and json are possible.")
            : settings.Format is not (V2Formats.Binary or V2Formats.Json)
                ? new(ConfluentErrorCode.Unprocessable, "Invalid format type.")
                : CheckNumbers(request.FetchMinBytes ?? request.ResponseMinBytes, timeout) ?? CheckNames(request);
    }

    /// <summary>Why a name of an instance cannot stand in the path of its <c>base_uri</c>, or null.</summary>
    /// <param name="name">What the client sent.</param>
    /// <remarks>
    /// Servers and proxies do not agree on whether an escaped slash separates segments, and clients resolve dots before
    /// they send them. The group needs no such rule: its name comes out of a path that has led here.
    /// </remarks>
    public static string? ProblemOfName(string name) =>
        name is "." or ".." ? $"'{name}' has a meaning of its own in a path"
        : name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl)
            ? "it stands in a path, so slashes, backslashes and control characters are not allowed"
            : null;

    private static ConfluentError? CheckNumbers(long? fetchBytes, long? timeout) =>
        fetchBytes is < FetchBytesMin or > FetchBytesMax
            ? Constraint($"fetch.min.bytes must be between {FetchBytesMin} and {FetchBytesMax}, and is {fetchBytes}.")
            : timeout is <= 0 or > int.MaxValue
                ? Constraint($"consumer.request.timeout.ms must be between 1 and {int.MaxValue}, and is {timeout}.")
                : null;

    private static ConfluentError? CheckNames(CreateInstanceRequest request) =>
        request.AutoOffsetReset is { } reset && ResetOf(reset) is null
            ? Setting("auto.offset.reset", reset, "it must be one of: latest, earliest, none.")
            : request.AutoCommitEnable is { } commit && AutoCommitOf(commit) is null
                ? Setting("enable.auto.commit", commit.ToString(), "it must be true or false.")
                : null;

    private static AutoOffsetReset? ResetOf(string? text) => text?.ToLowerInvariant() switch
    {
        "earliest" => AutoOffsetReset.Earliest,
        "latest" => AutoOffsetReset.Latest,
        "none" => AutoOffsetReset.None,
        _ => null,
    };

    // Confluent's API has a string here; many clients send a boolean, which it takes as well.
    private static bool? AutoCommitOf(JsonElement? value) => value?.ToString().ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static ConfluentError Constraint(string detail) => new(
        ConfluentErrorCode.InvalidConsumerConfigConstraint,
        $"Invalid consumer configuration. It does not abide by the constraints: {detail}");

    private static ConfluentError Setting(string name, string value, string rule) => new(
        ConfluentErrorCode.InvalidConsumerConfig,
        $"Invalid consumer configuration: Invalid value {value} for configuration {name}: {rule}");
}
