namespace Serverless.Functions.Api.CloudEvents;

/// <summary>In which form a read gives events.</summary>
internal enum EventFormat
{
    /// <summary>A page of events: batched mode.</summary>
    Batch,

    /// <summary>The next event, whole, in JSON.</summary>
    Structured,

    /// <summary>The next event, its attributes as headers and its data as the body.</summary>
    Binary,

    /// <summary>A page or a live tail with an event in JSON on each line.</summary>
    Lines,

    /// <summary>A live tail of server-sent events.</summary>
    EventStream,
}
