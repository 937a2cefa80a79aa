using Serverless.StorageEngine.Azure;

namespace Serverless.Functions.Host.Settings;

/// <summary>The settings that choose the storage.</summary>
internal static class StorageSettings
{
    // As many as the templates make.
    private const int LogAccountsMax = 16;

    /// <summary>Which adapter is used.</summary>
    public static readonly Setting<StorageKind> Storage = Setting.Choice(
        "storage", StorageKind.Embedded, "where the data lies: one file on this machine, or Azure Storage");

    /// <summary>The folder of the embedded store.</summary>
    public static readonly Setting<string> Data = Setting.Text(
        "data",
        ".data",
        "the path of a folder that can be written",
        "embedded: the folder of the database file; created if absent");

    /// <summary>The connection string of the storage account.</summary>
    public static readonly Setting<string> Connection = Setting.Text(
        "connection",
        "",
        "a connection string of an Azure storage account, or UseDevelopmentStorage=true for Azurite",
        "azure: the storage account; UseDevelopmentStorage=true is Azurite on its usual ports");

    /// <summary>The blob endpoints, for access by identity.</summary>
    public static readonly Setting<string> BlobServiceUri = Setting.Text(
        "blob-service-uri",
        "",
        "1 to 16 absolute https addresses of different accounts such as https://ACCOUNT.blob.core.windows.net,"
        + " separated by semicolons",
        "azure, instead of --connection: the blob endpoints, accessed with DefaultAzureCredential; new segments are"
        + " spread over them, and the first one, which stays the first, has what is older than the others",
        AreEndpoints);

    /// <summary>The table endpoint, for access by identity.</summary>
    public static readonly Setting<string> TableServiceUri = Setting.Text(
        "table-service-uri",
        "",
        "an absolute https address such as https://ACCOUNT.table.core.windows.net",
        "azure, instead of --connection: the table endpoint, accessed with DefaultAzureCredential",
        IsEndpoint);

    /// <summary>The blob container of the segments.</summary>
    public static readonly Setting<string> Container = Setting.Text(
        "container",
        "serverless",
        "3 to 63 lower-case letters, digits and single dashes, beginning and ending with a letter or digit",
        "azure: the blob container of the segments",
        IsContainerName);

    /// <summary>The table of the rows.</summary>
    public static readonly Setting<string> Table = Setting.Text(
        "table",
        "serverless",
        "3 to 63 letters and digits, beginning with a letter",
        "azure: the table of topics, leases and offsets",
        static text =>
            text.Length is >= 3 and <= 63 && char.IsAsciiLetter(text[0]) && text.All(char.IsAsciiLetterOrDigit));

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Storage, Data, Connection, BlobServiceUri, TableServiceUri, Container, Table];

    /// <summary>The single addresses of a list that is valid.</summary>
    public static IEnumerable<Uri> Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static part => new Uri(part));

    // A token is sent over nothing but TLS.
    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "https";

    private static bool AreEndpoints(string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length is >= 1 and <= LogAccountsMax && Array.TrueForAll(parts, IsEndpoint)
            && new AzureStorageOptions { BlobServiceUris = [.. Split(text)] }.FindProblemOfAccounts() is null;
    }

    // The service's naming rule for containers.
    private static bool IsContainerName(string text) =>
        text.Length is >= 3 and <= 63
        && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && text[0] != '-' && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);
}
