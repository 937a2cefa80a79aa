using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Reads the key that a request gives beside its body: <c>Record-Key</c> (text) or <c>Record-Key-Base64</c>. Pure.
/// </summary>
internal static class RecordKeyHeaders
{
    private const string Text = "Record-Key";
    private const string Base64Text = "Record-Key-Base64";

    /// <summary>Reads them.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="key">The key; null when there is none, or the result is not null.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public static string? Read(IHeaderDictionary headers, out ReadOnlyMemory<byte>? key)
    {
        key = null;
        var (text, base64) = (headers[Text], headers[Base64Text]);
        if (text.Count + base64.Count > 1 || (base64.Count == 1 && !Base64.IsValid(base64.ToString())))
        {
            return $"A record has one key: {Text}, or {Base64Text} with valid base64; given are "
                + $"{Quotation.Of(text)} and {Quotation.Of(base64)}.";
        }

        if (text.Count == 1)
        {
            key = Encoding.UTF8.GetBytes(text.ToString());
        }
        else if (base64.Count == 1)
        {
            key = Convert.FromBase64String(base64.ToString());
        }

        return null;
    }
}
