namespace Serverless.Functions.Host.Settings;

/// <summary>Where a node keeps its data.</summary>
internal sealed record StorageLocation
{
    /// <summary>Which adapter is used.</summary>
    public required StorageKind Kind { get; init; }

    /// <summary>Embedded: the folder of the database file, as an absolute path.</summary>
    public required string Data { get; init; }

    /// <summary>Azure: the connection string, or empty when the two addresses are used.</summary>
    public required string Connection { get; init; }

    /// <summary>Azure: the blob endpoints, none when the connection string is used.</summary>
    public required IReadOnlyList<Uri> BlobServiceUris { get; init; }

    /// <summary>Azure: the table endpoint, or empty when the connection string is used.</summary>
    public required string TableServiceUri { get; init; }

    /// <summary>Azure: the blob container of the segments.</summary>
    public required string Container { get; init; }

    /// <summary>Azure: the table of the rows.</summary>
    public required string Table { get; init; }

    /// <summary>Whether the store is one of this machine: a file, or Azurite by its well-known key.</summary>
    public bool IsLocal => Kind == StorageKind.Embedded || Connection.Trim().TrimEnd(';').Equals(
        "UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the settings of the storage, and checks that they go together.</summary>
    /// <param name="values">What the operator set.</param>
    public static StorageLocation Read(SettingValues values)
    {
        var location = new StorageLocation
        {
            Kind = values.Get(StorageSettings.Storage),
            Data = Path.GetFullPath(values.Get(StorageSettings.Data)),
            Connection = values.Get(StorageSettings.Connection),
            BlobServiceUris = [.. StorageSettings.Split(values.Get(StorageSettings.BlobServiceUri))],
            TableServiceUri = values.Get(StorageSettings.TableServiceUri),
            Container = values.Get(StorageSettings.Container),
            Table = values.Get(StorageSettings.Table),
        };
        if (location.Problem() is { } problem)
        {
            values.Refuse(problem);
        }

        return location;
    }

    // Somebody who names an account and forgets --storage would otherwise write to a local file without noticing.
    private string? Problem()
    {
        var endpoints = (BlobServiceUris.Count > 0 ? 1 : 0) + (TableServiceUri.Length > 0 ? 1 : 0);
        var connected = Connection.Length > 0;
        return Kind switch
        {
            StorageKind.Embedded when connected || endpoints > 0 =>
                "--connection, --blob-service-uri and --table-service-uri name an Azure storage account, but"
                + " --storage is 'embedded'; it must be 'azure', or they must be left out.",
            StorageKind.Azure when connected && endpoints > 0 =>
                "--connection and the two service URIs are both set; one of the two ways must be left out.",
            StorageKind.Azure when connected && ConnectionText.ProblemOf(Connection) is { } broken =>
                $"--connection is no connection string of an Azure storage account: {broken}; it must be like"
                + " DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net,"
                + " or UseDevelopmentStorage=true for Azurite.",
            StorageKind.Azure when !connected && endpoints == 1 =>
                "--blob-service-uri and --table-service-uri go together; only one of them is set.",
            StorageKind.Azure when !connected && endpoints == 0 =>
                "--storage is 'azure', but nothing names the account; --connection must be set"
                + " (UseDevelopmentStorage=true is Azurite), or --blob-service-uri and --table-service-uri.",
            _ => null,
        };
    }
}
