namespace Serverless.Functions.Tests.Telemetry;

/// <summary>Tests that listen to something of the whole process, such as its standard error or its traces; they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ListensAlone
{
    public const string Name = "listens alone";
}
