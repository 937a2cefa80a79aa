using System.Text;

namespace Serverless.OpenApi;

/// <summary>What a request proves by who sends it: neither answers nor logs repeat it. Pure.</summary>
public static class Credentials
{
    // Shorter ones stand by chance in any text.
    private const int LengthMin = 12;

    /// <summary>The secrets in the header <c>Authorization</c>, as they are sent and without Base64.</summary>
    /// <param name="request">The request.</param>
    public static IReadOnlyList<string> Of(HttpRequestMessage request) =>
        !request.Headers.NonValidated.TryGetValues("Authorization", out var values)
            ? []
            : [.. values.SelectMany(static value => SecretsOf(value[(value.IndexOf(' ') + 1)..])).Distinct()];

    private static IEnumerable<string> SecretsOf(string shown)
    {
        foreach (var text in (string[])[shown, Decoded(shown)])
        {
            if (text.Length >= LengthMin)
            {
                yield return text;
            }

            // An id is no secret, and answers name it.
            var secret = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (secret.Length >= LengthMin)
            {
                yield return secret;
            }
        }
    }

    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }
}
