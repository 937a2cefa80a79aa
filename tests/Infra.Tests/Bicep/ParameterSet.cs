namespace Serverless.Infra.Tests.Bicep;

/// <summary>The parameter files, each with what the templates make of it stored beside it as a snapshot.</summary>
/// <remarks>
/// <see cref="SnapshotTests"/> holds each snapshot to the templates, so whatever holds for the stored resources holds
/// for the templates.
/// </remarks>
internal static class ParameterSet
{
    /// <summary>For trying it out; see <c>infra/dev.bicepparam</c>.</summary>
    public const string Dev = "infra/dev";

    /// <summary>An example for production; see <c>infra/prod.bicepparam</c>.</summary>
    public const string Prod = "infra/prod";

    /// <summary>What the two others leave out.</summary>
    public const string Wide = "tests/Infra.Tests/Sets/wide";

    /// <summary>All sets.</summary>
    public static TheoryData<string> Names { get; } = [Dev, Prod, Wide];

    /// <summary>The arguments that make a snapshot the same on every machine.</summary>
    public static string[] FixedIds { get; } =
    [
        "--subscription-id", "00000000-0000-0000-0000-000000000001",
        "--tenant-id", "00000000-0000-0000-0000-000000000002",
        "--location", "westeurope",
        "--deployment-name", "infra",
        "--config", "infra/bicepconfig.json",
    ];
}
