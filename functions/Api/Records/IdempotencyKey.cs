using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// The header <c>Idempotency-Key</c>, as draft-ietf-httpapi-idempotency-key-header has it: a string in quotes; also
/// taken as it stands, since most clients send it so. Pure.
/// </summary>
internal static class IdempotencyKey
{
    /// <summary>The header's name.</summary>
    public const string HeaderName = "Idempotency-Key";

    /// <summary>The longest key, in characters.</summary>
    public const int LengthMax = 255;

    /// <summary>Reads the key of a request.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="key">The key without its quotes; null when there is none, or the result is not null.</param>
    /// <returns>What is wrong with the header, or null.</returns>
    public static string? Read(IHeaderDictionary headers, out string? key)
    {
        key = null;
        if (!headers.TryGetValue(HeaderName, out var values))
        {
            return null;
        }

        if (values.Count > 1)
        {
            return $"{HeaderName} is there {values.Count} times; one is expected.";
        }

        var text = values.ToString();
        var unquoted = text.StartsWith('"') ? Unquoted(text) : text;
        if (unquoted is not { Length: >= 1 and <= LengthMax }
            || unquoted.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return $"{HeaderName} is {Quotation.Of(text)}; it is 1 to {LengthMax} visible ASCII characters, with or "
                + "without quotes around them.";
        }

        key = unquoted;
        return null;
    }

    /// <summary>
    /// The partition of the request's records without a key: a function of the request, so that any node sends a
    /// repetition to where the first try went.
    /// </summary>
    /// <param name="key">The request's key.</param>
    /// <param name="partitionCount">At least 1.</param>
    public static int PartitionOf(RequestKey key, int partitionCount) =>
        (int)(((UInt128)key.Request >> RequestKey.FingerprintBits) % (UInt128)partitionCount);

    // RFC 8941, 4.2.5: a backslash stands in front of a quote or another backslash, and nowhere else.
    private static string? Unquoted(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i == text.Length - 1 ? result.ToString() : null;
            }

            if (text[i] == '\\' && (++i == text.Length || text[i] is not ('"' or '\\')))
            {
                return null;
            }

            result.Append(text[i]);
        }

        return null;
    }
}
