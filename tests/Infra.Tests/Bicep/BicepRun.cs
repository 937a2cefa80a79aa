namespace Serverless.Infra.Tests.Bicep;

/// <summary>How a call of the Bicep compiler ended.</summary>
/// <param name="ExitCode">0 also when there were warnings: only silence is success.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error; diagnostics go here.</param>
internal sealed record BicepRun(int ExitCode, string Output, string Errors);
