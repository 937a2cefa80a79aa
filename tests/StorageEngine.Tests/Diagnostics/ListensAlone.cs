namespace Serverless.StorageEngine.Tests.Diagnostics;

/// <summary>Listeners to traces are listeners of the whole process: these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ListensAlone
{
    public const string Name = "tracing";
}
