using System.Text.RegularExpressions;

namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>Looks for secrets in what a process has printed. Pure.</summary>
/// <remarks>
/// Searched are the secrets that the process was given, those that clients have shown it, and whatever looks like one:
/// an account key in a connection string, a shared access signature, a token, a key of ours.
/// </remarks>
internal static partial class SecretSearch
{
    /// <summary>The key of the account that every Azurite without settings has.</summary>
    public const string WellKnownKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The secrets in the arguments and variables of a process.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Its variables; those whose name says that they hold a secret count.</param>
    public static IReadOnlyList<string> Given(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables) =>
    [
        WellKnownKey,
        .. arguments.Concat(variables.Select(static variable => variable.Value))
            .SelectMany(static text => SecretPart.Matches(text))
            .Select(static match => match.Groups["secret"].Value),
        .. variables.Where(static variable => SecretName.IsMatch(variable.Key) && variable.Value.Length > 0)
            .Select(static variable => variable.Value),
    ];

    /// <summary>The first secret that stands in a line, told without showing it.</summary>
    /// <param name="lines">What was printed.</param>
    /// <param name="secrets">The known ones.</param>
    /// <returns>Null when there is none.</returns>
    public static string? Find(IEnumerable<string> lines, IReadOnlyCollection<string> secrets)
    {
        foreach (var line in lines)
        {
            if (secrets.FirstOrDefault(secret => line.Contains(secret, StringComparison.Ordinal)) is { } known)
            {
                return $"a secret of {known.Length} characters that the process was given or shown, in: "
                    + line.Replace(known, "…", StringComparison.Ordinal);
            }

            if (LooksSecret.Match(line) is { Success: true } match)
            {
                return $"what looks like a secret, in: {line.Replace(match.Value, "…", StringComparison.Ordinal)}";
            }
        }

        return null;
    }

    [GeneratedRegex("(?i)(AccountKey|SharedAccessSignature|InstrumentationKey|sig)=(?<secret>[^;&\\s]{6,})")]
    private static partial Regex SecretPart { get; }

    [GeneratedRegex("(?i)(SECRET|PASSWORD|IDENTITY_HEADER|OTLP_HEADERS)$")]
    private static partial Regex SecretName { get; }

    [GeneratedRegex(
        "(?i:(AccountKey|SharedAccessSignature)=[^;…\\s]{6,}|[?&]sig=[^&…\\s]{6,})"
        + "|eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}|srvls_[A-Za-z0-9_-]{20,}")]
    private static partial Regex LooksSecret { get; }
}
