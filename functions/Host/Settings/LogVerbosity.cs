namespace Serverless.Functions.Host.Settings;

/// <summary>How much a node says on standard error; the numbers are those of <see cref="LogLevel"/>.</summary>
internal enum LogVerbosity
{
    /// <summary>Everything, with every batch.</summary>
    Debug = LogLevel.Debug,

    /// <summary>The life of logs, leases and requests.</summary>
    Information = LogLevel.Information,

    /// <summary>What an operator may want to look at.</summary>
    Warning = LogLevel.Warning,

    /// <summary>What lost something.</summary>
    Error = LogLevel.Error,

    /// <summary>Nothing.</summary>
    None = LogLevel.None,
}
