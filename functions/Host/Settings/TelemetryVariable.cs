namespace Serverless.Functions.Host.Settings;

/// <summary>A variable of the environment whose name and meaning others have settled: OpenTelemetry, or Azure Monitor.</summary>
/// <param name="Name">The name.</param>
/// <param name="Default">What is taken when nobody sets it.</param>
/// <param name="Meaning">What it does, in one sentence without a full stop.</param>
internal sealed record TelemetryVariable(string Name, string Default, string Meaning);
