using System.Net;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>What came back for a request.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>A whole answer.</summary>
    /// <param name="Status">Its status.</param>
    /// <param name="Body">Its body; may be empty, and need not be JSON.</param>
    public sealed record Received(HttpStatusCode Status, string Body) : Reply
    {
        /// <summary>Whether the status says that all went well.</summary>
        public bool IsSuccess => (int)Status is >= 200 and <= 299;

        /// <summary>The body as JSON.</summary>
        public JsonElement Json => JsonElement.Parse(Body);

        /// <summary>Whether a problem says that nothing happened, and nothing of it ever will.</summary>
        public bool HadNoEffect =>
            !IsSuccess && Body.StartsWith('{') && Json.TryGetProperty("side_effects", out var effects)
            && effects.GetString() == "none";

        /// <inheritdoc/>
        public override string ToString() => $"{(int)Status} {Body}";
    }

    /// <summary>The request never left: there was no connection to send it on.</summary>
    public sealed record NotSent(string Detail) : Reply
    {
        /// <inheritdoc/>
        public override string ToString() => Detail;
    }

    /// <summary>The request left, and no whole answer came.</summary>
    public sealed record Lost(string Detail) : Reply
    {
        /// <inheritdoc/>
        public override string ToString() => Detail;
    }
}
