namespace Serverless.Functions.Api.Confluent;

/// <summary>The media types of answers without records.</summary>
internal static class ConfluentMediaTypes
{
    /// <summary>All of v3, and errors before a resource matched.</summary>
    public const string Json = "application/json";

    /// <summary>Resources of v2.</summary>
    public const string V2 = "application/vnd.kafka.v2+json";
}
