using System.Text.Json.Nodes;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>What a node answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, when there is one.</param>
internal sealed record V2Reply(int Status, JsonNode? Body)
{
    /// <summary>Confluent's error code; 0 when there is none.</summary>
    public int ErrorCode => (Body as JsonObject)?["error_code"]?.GetValue<int>() ?? 0;

    /// <summary>The status, and nothing more.</summary>
    public void Is(int status) => Assert.True(Status == status, $"{Status}: {Body?.ToJsonString()}");

    /// <summary>The status and the body.</summary>
    public void Is(int status, string body)
    {
        Is(status);
        Assert.Equal(body, Body?.ToJsonString());
    }

    /// <summary>The offsets of the records of a read, in their order.</summary>
    public string Offsets()
    {
        Is(200);
        return string.Join(' ', Body!.AsArray().Select(static record => record!["offset"]!.ToJsonString()));
    }
}
