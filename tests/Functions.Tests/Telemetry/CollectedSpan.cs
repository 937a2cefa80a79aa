namespace Serverless.Functions.Tests.Telemetry;

/// <summary>A span as a collector received it; ids in hexadecimal digits.</summary>
internal sealed record CollectedSpan(
    string Service,
    string Source,
    string Name,
    string Trace,
    string Id,
    string Parent,
    IReadOnlyList<(string Trace, string Span)> Links,
    IReadOnlyDictionary<string, string> Attributes);
