using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class NetworkTests
{
    private const string Endpoints = "Microsoft.Network/privateEndpoints";

    [Theory]
    [InlineData(ParameterSet.Dev)]
    [InlineData(ParameterSet.Wide)]
    public void Without_a_network_nothing_of_one_is_made(string set)
    {
        var snapshot = Snapshot.Read(set);

        Assert.DoesNotContain(
            snapshot.Resources, static r => r.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.All(
            snapshot.Accounts,
            static account => Assert.Equal("Enabled", account.Text("properties.publicNetworkAccess")));
        Assert.Null(snapshot.App["properties.virtualNetworkSubnetId"]);
    }

    [Fact]
    public void With_a_network_accounts_and_app_are_closed_to_everything_else()
    {
        var snapshot = Snapshot.Read(ParameterSet.Prod);

        Assert.Equal("Disabled", snapshot.App.Text("properties.publicNetworkAccess"));
        Assert.All(snapshot.Accounts, static account =>
        {
            Assert.Equal("Disabled", account.Text("properties.publicNetworkAccess"));
            Assert.Equal("Deny", account.Text("properties.networkAcls.defaultAction"));
            Assert.Equal("None", account.Text("properties.networkAcls.bypass"));
        });
    }

    [Fact]
    public void Every_service_that_is_used_has_an_endpoint_in_the_network()
    {
        var snapshot = Snapshot.Read(ParameterSet.Prod);

        var targets = snapshot.OfType(Endpoints)
            .Select(static endpoint => endpoint.List("properties.privateLinkServiceConnections").Single()["properties"])
            .Select(static connection => (
                (string)connection!["privateLinkServiceId"]!, (string)connection["groupIds"]!.AsArray().Single()!));

        List<(string, string)> expected =
        [
            (snapshot.HostAccount.Id, "blob"), (snapshot.StateAccount.Id, "table"), (snapshot.App.Id, "sites"),
            .. snapshot.LogAccounts.Select(static account => (account.Id, "blob")),
        ];
        Assert.Equal(expected.Order(), targets.Order());
    }

    [Fact]
    public void Every_endpoint_is_found_under_the_usual_name()
    {
        var snapshot = Snapshot.Read(ParameterSet.Prod);
        var records = snapshot.OfType(Endpoints + "/privateDnsZoneGroups");

        Assert.All(snapshot.OfType(Endpoints), endpoint =>
        {
            var service = (string)endpoint.List("properties.privateLinkServiceConnections").Single()["name"]!;
            var record = Assert.Single(records, group => group.Name.Split('/')[0] == endpoint.Name);
            var zone = record.List("properties.privateDnsZoneConfigs").Single()["properties"]!["privateDnsZoneId"];
            Assert.Contains(
                service == "sites" ? "privatelink.azurewebsites.net" : $"privatelink.{service}.",
                (string)zone!,
                StringComparison.Ordinal);
        });
        Assert.Equal(3, snapshot.OfType("Microsoft.Network/privateDnsZones").Count);
        Assert.Equal(3, snapshot.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count);
    }

    [Fact]
    public void App_and_endpoints_have_a_subnet_each()
    {
        var snapshot = Snapshot.Read(ParameterSet.Prod);
        var network = snapshot.OfType("Microsoft.Network/virtualNetworks").Single();
        var subnets = network.List("properties.subnets").ToDictionary(static subnet => (string)subnet["name"]!);

        Assert.Equal($"{network.Id}/subnets/app", snapshot.App.Text("properties.virtualNetworkSubnetId"));
        Assert.All(snapshot.OfType(Endpoints), endpoint => Assert.Equal(
            $"{network.Id}/subnets/endpoints", endpoint.Text("properties.subnet.id")));
        Assert.Equal(
            "Microsoft.App/environments",
            (string?)subnets["app"]["properties"]!["delegations"]![0]!["properties"]!["serviceName"]);
        Assert.Equal("10.20.0.0/26", (string?)subnets["app"]["properties"]!["addressPrefix"]);
        Assert.Equal("10.20.0.64/26", (string?)subnets["endpoints"]["properties"]!["addressPrefix"]);
    }
}
