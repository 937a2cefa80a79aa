using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class SecretTests
{
    // Functions that hand out keys, and what keys look like in settings and connection strings.
    private static readonly string[] Traces =
    [
        "listKeys", "listAccountSas", "listServiceSas", "listSecrets", "listCredentials", "listConnectionStrings",
        "getSecret", "@secure", "AccountKey", "SharedAccessSignature", "SharedKey ", "password", "sig=",
    ];

    public static TheoryData<string> Sets => ParameterSet.Names;

    public static TheoryData<string> Files => [.. RepositoryFiles.BicepFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_template_asks_for_a_key_or_holds_one(string file) =>
        AssertNone(RepositoryFiles.Read("infra/" + file));

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_key_comes_of_the_templates(string set) =>
        AssertNone(RepositoryFiles.Read(set + ".snapshot.json"));

    // Its key opens nothing: see MonitoringTests on DisableLocalAuth.
    [Theory]
    [MemberData(nameof(Sets))]
    public void The_only_connection_string_is_the_address_of_the_telemetry(string set)
    {
        var setting = Assert.Single(
            Snapshot.Read(set).AppSettings,
            static pair => (pair.Key + pair.Value).Contains("Connection", StringComparison.OrdinalIgnoreCase));

        Assert.Equal("APPLICATIONINSIGHTS_CONNECTION_STRING", setting.Key);
    }

    private static void AssertNone(string text) => Assert.All(
        Traces, trace => Assert.DoesNotContain(trace, text, StringComparison.OrdinalIgnoreCase));
}
