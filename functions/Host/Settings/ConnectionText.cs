using System.Buffers.Text;

namespace Serverless.Functions.Host.Settings;

/// <summary>What can be seen to be wrong with a storage account's connection string. Pure; repeats no value.</summary>
internal static class ConnectionText
{
    /// <summary>One clause that names the part that is missing or wrong, or null.</summary>
    /// <param name="text">The connection string: parts <c>Name=value</c>, separated by semicolons.</param>
    public static string? ProblemOf(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var written = text.Split(';');
        for (var i = 0; i < written.Length; i++)
        {
            var equals = written[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 && written[i].Trim().Length > 0)
            {
                return $"part {i + 1} is not of the form Name=value";
            }

            if (equals > 0 && equals + 1 < written[i].Length)
            {
                parts[written[i][..equals].Trim()] = written[i][(equals + 1)..].Trim();
            }
        }

        return parts.TryGetValue("UseDevelopmentStorage", out var emulated)
            ? emulated.Equals("true", StringComparison.OrdinalIgnoreCase) ? null : "UseDevelopmentStorage is not true"
            : ProblemOfAccount(parts);
    }

    private static string? ProblemOfAccount(Dictionary<string, string> parts)
    {
        var signed = parts.ContainsKey("SharedAccessSignature");
        if (!parts.ContainsKey("AccountName"))
        {
            var (blobs, tables) = (parts.ContainsKey("BlobEndpoint"), parts.ContainsKey("TableEndpoint"));
            if (!signed || (!blobs && !tables))
            {
                return "AccountName is missing";
            }

            return !blobs ? "BlobEndpoint is missing" : !tables ? "TableEndpoint is missing" : null;
        }

        return signed ? null
            : !parts.TryGetValue("AccountKey", out var key) ? "AccountKey is missing"
            : !Base64.IsValid(key) ? "AccountKey is not base64"
            : null;
    }
}
