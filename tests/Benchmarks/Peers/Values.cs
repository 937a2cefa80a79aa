using System.Text;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Peers;

/// <summary>The records of the HTTP benchmark, as bytes for other clients.</summary>
internal static class Values
{
    /// <summary>One batch.</summary>
    public static byte[][] OfBatch { get; } = [.. Documents.Values.Select(Encoding.UTF8.GetBytes)];
}
