namespace Serverless.Functions.Host.Settings;

/// <summary>The words of a setting that something is or is not to be.</summary>
internal enum YesOrNo
{
    /// <summary>It is not to be.</summary>
    No,

    /// <summary>It is to be.</summary>
    Yes,
}
