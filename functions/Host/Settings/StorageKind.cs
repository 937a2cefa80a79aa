namespace Serverless.Functions.Host.Settings;

/// <summary>Where a node keeps its data.</summary>
internal enum StorageKind
{
    /// <summary>In one database file on this machine.</summary>
    Embedded,

    /// <summary>In Azure Blob Storage and Azure Tables, or Azurite.</summary>
    Azure,
}
