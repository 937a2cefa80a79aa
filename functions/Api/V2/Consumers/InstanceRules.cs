using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;

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
    /// By default a read returns as soon as there is anything. With Confluent's proxy, whose default for
    /// <c>fetch.min.bytes</c> is -1 too, it waits its whole time; no client can tell the difference from a topic with
    /// more traffic. A time-out that is not positive means not to wait, as with Confluent's proxy.
    /// </remarks>
    public static ConfluentError? Check(CreateInstanceRequest request, out InstanceSettings settings)
    {
        var timeout = request.ConsumerRequestTimeoutMs ?? request.RequestWaitMs;
        var fetchBytes = request.FetchMinBytes ?? request.ResponseMinBytes ?? FetchBytesMin;
        var hasStaticId = InstanceId.TryParse(request.GroupInstanceId, out var staticId, out var staticProblem);
        settings = new InstanceSettings(
            request.Format?.ToLowerInvariant() ?? V2Formats.Binary,
            ResetOf(request.AutoOffsetReset) ?? AutoOffsetReset.Latest,
            AutoCommitOf(request.AutoCommitEnable) ?? true,
            timeout is { } wait
                ? TimeSpan.FromMilliseconds(Math.Clamp(wait, 0, int.MaxValue))
                : RequestTimeoutDefault)
        {
            FetchMinBytes = (int)Math.Clamp(fetchBytes, FetchBytesMin, FetchBytesMax),
            GroupInstanceId = hasStaticId ? staticId : null,
            Assignor = request.PartitionAssignmentStrategy,
        };

        return CheckFormat(settings.Format)
            ?? CheckNumbers(fetchBytes, timeout)
            ?? CheckNames(request)
            ?? (request.GroupInstanceId is { } id && !hasStaticId
                ? Setting("group.instance.id", id, $"{staticProblem}.")
                : null);
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

    private static ConfluentError? CheckFormat(string format) => format switch
    {
        V2Formats.Binary or V2Formats.Json => null,
        "avro" or "jsonschema" or "protobuf" => new(
            ConfluentErrorCode.Unprocessable,
            "Invalid format type. Formats with schemas need a schema registry, which this server does not have; "
            + "binary and json are possible."),
        _ => new(ConfluentErrorCode.Unprocessable, "Invalid format type."),
    };

    private static ConfluentError? CheckNumbers(long fetchBytes, long? timeout) =>
        fetchBytes is < FetchBytesMin or > FetchBytesMax
            ? Constraint($"fetch.min.bytes must be between {FetchBytesMin} and {FetchBytesMax}, and is {fetchBytes}.")
            : timeout > int.MaxValue
                ? Constraint($"consumer.request.timeout.ms must be at most {int.MaxValue}, and is {timeout}.")
                : null;

    private static ConfluentError? CheckNames(CreateInstanceRequest request) =>
        request.AutoOffsetReset is { } reset && ResetOf(reset) is null
            ? Setting("auto.offset.reset", reset, "it must be one of: latest, earliest, none.")
            : request.AutoCommitEnable is { } commit && AutoCommitOf(commit) is null
                ? Setting("enable.auto.commit", TextOf(commit), "it must be true or false.")
                : request.PartitionAssignmentStrategy is { } assignor && AssignorNames.Find(assignor) is null
                    ? Setting(
                        "partition.assignment.strategy",
                        assignor,
                        $"it must be one of: {string.Join(", ", AssignorNames.All)}.")
                    : null;

    private static AutoOffsetReset? ResetOf(string? text) => text?.ToLowerInvariant() switch
    {
        // The second ones are v1's.
        "earliest" or "smallest" => AutoOffsetReset.Earliest,
        "latest" or "largest" => AutoOffsetReset.Latest,
        "none" => AutoOffsetReset.None,
        _ => null,
    };

    // Confluent's API has a string here; many clients send a boolean, which it takes as well.
    private static bool? AutoCommitOf(JsonElement? value) =>
        (value is { } some ? TextOf(some) : "").ToLowerInvariant() switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    // A string that is no text is shown as it stands in the body.
    private static string TextOf(JsonElement value) =>
        (value.ValueKind == JsonValueKind.String ? JsonText.TryOf(value) : null) ?? value.GetRawText();

    private static ConfluentError Constraint(string detail) => new(
        ConfluentErrorCode.InvalidConsumerConfigConstraint,
        $"Invalid consumer configuration. It does not abide by the constraints: {detail}");

    private static ConfluentError Setting(string name, string value, string rule) => new(
        ConfluentErrorCode.InvalidConsumerConfig,
        $"Invalid consumer configuration: Invalid value {Shown(value)} for configuration {name}: {rule}");

    private static string Shown(string value) => Quotation.Of(value)[1..^1];
}
