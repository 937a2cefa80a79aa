namespace Serverless.Functions.Api.CloudEvents;

/// <summary>The media types in which events travel whole.</summary>
internal static class EventMediaTypes
{
    /// <summary>One event in JSON: structured mode.</summary>
    public const string Structured = "application/cloudevents+json";

    /// <summary>An array of events in JSON: batched mode.</summary>
    public const string Batch = "application/cloudevents-batch+json";
}
