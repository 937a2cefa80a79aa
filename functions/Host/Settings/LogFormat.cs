namespace Serverless.Functions.Host.Settings;

/// <summary>How a node writes its log on standard error.</summary>
internal enum LogFormat
{
    /// <summary>One line of text a message, for people.</summary>
    Text,

    /// <summary>One line of JSON a message, with the names of its values and the ids of the trace, for programs.</summary>
    Json,
}
