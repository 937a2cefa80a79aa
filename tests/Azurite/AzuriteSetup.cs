namespace Serverless.Azurite;

/// <summary>How an Azurite differs from the one that most tests share.</summary>
public sealed record AzuriteSetup
{
    /// <summary>The names of its accounts; all have one key.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [AzuriteServer.AccountName];

    /// <summary>Serves HTTPS with this certificate, and takes tokens besides keys; null for HTTP and keys only.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The file of the certificate's private key.</summary>
    public string? KeyFile { get; init; }

    internal string[] Arguments() => CertificateFile is null || KeyFile is null
        ? []
        : ["--cert", CertificateFile, "--key", KeyFile, "--oauth", "basic"];
}
