using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class AppTests
{
    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_app_takes_only_https_with_tls_1_2_or_newer(string set)
    {
        var app = Snapshot.Read(set).App;

        Assert.True(app.Switch("properties.httpsOnly"));
        Assert.Contains(app.Text("properties.siteConfig.minTlsVersion"), (string[])["1.2", "1.3"]);
        Assert.Contains(app.Text("properties.siteConfig.scmMinTlsVersion"), (string[])["1.2", "1.3"]);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Nobody_publishes_with_a_password(string set)
    {
        var snapshot = Snapshot.Read(set);
        var policies = snapshot.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.Equal("Disabled", snapshot.App.Text("properties.siteConfig.ftpsState"));
        Assert.Equal(["ftp", "scm"], policies.Select(static policy => policy.Name.Split('/')[1]).Order());
        Assert.All(policies, static policy => Assert.False(policy.Switch("properties.allow")));
    }

    // The node asks for a key; that is no reason to let the whole world try.
    [Theory]
    [InlineData(ParameterSet.Dev)]
    [InlineData(ParameterSet.Prod)]
    [InlineData(ParameterSet.Wide, "203.0.113.0/24", "198.51.100.7/32")]
    public void Only_addresses_that_are_named_reach_the_app(string set, params string[] addresses)
    {
        var app = Snapshot.Read(set).App;
        var rules = app.List("properties.siteConfig.ipSecurityRestrictions");

        Assert.Equal("Deny", app.Text("properties.siteConfig.ipSecurityRestrictionsDefaultAction"));
        Assert.Equal(addresses, rules.Select(static rule => (string)rule["ipAddress"]!));
        Assert.All(rules, static rule => Assert.Equal("Allow", (string?)rule["action"]));
    }

    [Theory]
    [InlineData(ParameterSet.Dev, "custom", "1.0")]
    [InlineData(ParameterSet.Prod, "custom", "1.0")]
    [InlineData(ParameterSet.Wide, "dotnet-isolated", "10.0")]
    public void One_parameter_chooses_the_program(string set, string runtime, string version)
    {
        var app = Snapshot.Read(set).App;

        Assert.Equal(runtime, app.Text("properties.functionAppConfig.runtime.name"));
        Assert.Equal(version, app.Text("properties.functionAppConfig.runtime.version"));
        Assert.Equal("functionapp,linux", app.Text("kind"));
    }

    [Theory]
    [InlineData(ParameterSet.Dev, 0)]
    [InlineData(ParameterSet.Prod, 2)]
    [InlineData(ParameterSet.Wide, 2)]
    public void Nothing_runs_without_traffic_unless_that_is_asked_for_or_zones_need_it(string set, int instances)
    {
        var snapshot = Snapshot.Read(set);
        var plan = snapshot.OfType("Microsoft.Web/serverfarms").Single();

        var ready = snapshot.App.List("properties.functionAppConfig.scaleAndConcurrency.alwaysReady");

        int[] expected = instances == 0 ? [] : [instances];
        Assert.Equal(expected, ready.Select(static group => (int)group["instanceCount"]!));
        Assert.All(ready, static group => Assert.Equal("http", (string?)group["name"]));
        Assert.Equal("FC1", plan.Text("sku.name"));
        Assert.True(instances >= 2 || plan.Switch("properties.zoneRedundant") == false);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_package_is_read_by_identity_from_a_container_that_is_made(string set)
    {
        var snapshot = Snapshot.Read(set);
        var storage = snapshot.App["properties.functionAppConfig.deployment.storage"]!;

        Assert.Equal("UserAssignedIdentity", (string?)storage["authentication"]!["type"]);
        Assert.Contains($"'{snapshot.HostAccount.Name}'", (string)storage["value"]!, StringComparison.Ordinal);
        Assert.Contains(", 'packages')]", (string)storage["value"]!, StringComparison.Ordinal);
        Assert.Contains(
            snapshot.Resources,
            container => container.Id == snapshot.HostAccount.Id + "/blobServices/default/containers/packages");
    }

    // The service is no deployment of a browser's page, and an app that is bound to an instance would not scale.
    [Theory]
    [MemberData(nameof(Sets))]
    public void Requests_go_to_any_instance(string set) =>
        Assert.False(Snapshot.Read(set).App.Switch("properties.clientAffinityEnabled"));
}
