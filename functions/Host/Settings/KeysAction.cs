namespace Serverless.Functions.Host.Settings;

/// <summary>What the command <c>keys</c> is to do.</summary>
internal enum KeysAction
{
    /// <summary>Make a key, and show its secret.</summary>
    Create,

    /// <summary>List all keys, or those of one principal.</summary>
    List,

    /// <summary>Revoke a key.</summary>
    Revoke,
}
