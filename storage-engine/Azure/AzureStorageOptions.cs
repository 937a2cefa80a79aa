using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Serverless.StorageEngine.Azure;

/// <summary>Where the storage is and how long to wait for it.</summary>
/// <remarks>
/// Either <see cref="ConnectionString"/>, or addresses of both services; with the addresses the identity is that of
/// <c>DefaultAzureCredential</c>. The blob interface's version is pinned: Azurite refuses versions that it does not
/// know, and the SDK's newest is usually newer than Azurite.
/// </remarks>
public sealed record AzureStorageOptions
{
    // Answered by Azurite from 3.35.0 on and by the service; nothing newer is needed.
    internal const BlobClientOptions.ServiceVersion BlobServiceVersion = BlobClientOptions.ServiceVersion.V2025_11_05;
    internal const string BlobServiceVersionText = "2025-11-05";
    internal const TableClientOptions.ServiceVersion TableServiceVersion =
        TableClientOptions.ServiceVersion.V2020_12_06;

    /// <summary>
    /// A storage account's connection string, or <c>UseDevelopmentStorage=true</c> for Azurite on its usual ports.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// The blob services' addresses, for example <c>https://ACCOUNT.blob.core.windows.net</c>. The first one holds what
    /// was stored while it was the only one; the order of the others means nothing.
    /// </summary>
    public IReadOnlyList<Uri> BlobServiceUris { get; init; } = [];

    /// <summary>The table service's address, for example <c>https://ACCOUNT.table.core.windows.net</c>.</summary>
    public Uri? TableServiceUri { get; init; }

    /// <summary>The container that holds the segments: 3 to 63 lower-case letters, digits and single hyphens.</summary>
    public string Container { get; init; } = "serverless";

    /// <summary>The table that holds the rows: 3 to 63 letters and digits, a letter first.</summary>
    public string Table { get; init; } = "serverless";

    /// <summary>How long an append, another write or a single read of a row may take, 100 ms to 100 s.</summary>
    /// <remarks>
    /// After this time the outcome of a write is unknown and the log reads back. 3 s is some hundred times an ordinary
    /// append and about the time in which the service answers an overload by itself; a producer waits no longer than
    /// this for the resolution to begin.
    /// </remarks>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one try of a read may go without a byte arriving, 100 ms to 100 s.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One sentence on the first setting that cannot be right, naming it; null when all can be.</summary>
    public string? FindProblem()
    {
        if (ConnectionString is null && (BlobServiceUris.Count == 0 || TableServiceUri is null))
        {
            return $"Set {nameof(ConnectionString)}, or both {nameof(BlobServiceUris)} and {nameof(TableServiceUri)}.";
        }

        if (ConnectionString is not null && (BlobServiceUris.Count > 0 || TableServiceUri is not null))
        {
            return $"Set either {nameof(ConnectionString)} or the service addresses, not both.";
        }

        return FindProblemOfAccounts()
            ?? (!IsContainerName(Container) ? $"{nameof(Container)} '{Container}' is no container name."
            : !IsTableName(Table) ? $"{nameof(Table)} '{Table}' is no table name."
            : !IsTimeout(WriteTimeout) ? $"{nameof(WriteTimeout)} {WriteTimeout} is not within 100 ms and 100 s."
            : !IsTimeout(ReadTimeout) ? $"{nameof(ReadTimeout)} {ReadTimeout} is not within 100 ms and 100 s."
            : null);
    }

    /// <summary>
    /// The account in a blob service's address: the first part of the host, or of the path for an emulator.
    /// </summary>
    internal static string AccountOf(Uri blobService) =>
        (blobService.AbsolutePath.Length > 1 ? blobService.AbsolutePath.Split('/')[1] : blobService.Host.Split('.')[0])
        .ToLowerInvariant();

    /// <summary>
    /// One sentence on <see cref="BlobServiceUris"/> that name no account, whose name becomes a part of segments' names,
    /// or one of them twice; null when all is well.
    /// </summary>
    public string? FindProblemOfAccounts()
    {
        var names = BlobServiceUris.Select(AccountOf).ToList();
        return names.Find(static name => !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')) is { } odd
            ? $"{nameof(BlobServiceUris)}: '{odd}' is no name of an account."
            : names.Distinct().Count() < names.Count
                ? $"{nameof(BlobServiceUris)} name an account twice."
                : null;
    }

    private static bool IsContainerName(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);

    private static bool IsTableName(string name) =>
        name.Length is >= 3 and <= 63 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    private static bool IsTimeout(TimeSpan timeout) =>
        timeout >= TimeSpan.FromMilliseconds(100) && timeout <= TimeSpan.FromSeconds(100);
}
