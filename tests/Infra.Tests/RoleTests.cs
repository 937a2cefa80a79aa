using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class RoleTests
{
    // Microsoft's built-in roles, https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_app_has_exactly_these_roles_at_these_places(string set)
    {
        var snapshot = Snapshot.Read(set);
        List<(string, string)> expected =
        [
            (snapshot.HostAccount.Id, BlobDataOwner),
            (snapshot.StateAccount.Id, TableDataContributor),
            (snapshot.OfType("Microsoft.Insights/components").Single().Id, MetricsPublisher),
        ];
        expected.AddRange(snapshot.LogAccounts.Select(
            static account => ($"{account.Id}/blobServices/default/containers/serverless", BlobDataContributor)));

        var given = AssignmentsOf(snapshot).Select(static role =>
            (role.Scope, role.Text("properties.roleDefinitionId").Split('/')[^1]));

        Assert.Equal(expected.Order(), given.Order());
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Nobody_but_the_identity_of_the_app_gets_a_role(string set)
    {
        var snapshot = Snapshot.Read(set);
        var identity = snapshot.OfType("Microsoft.ManagedIdentity/userAssignedIdentities").Single();

        Assert.All(AssignmentsOf(snapshot), role =>
        {
            Assert.Equal("ServicePrincipal", role.Text("properties.principalType"));
            Assert.Equal(
                $"[reference('{identity.Id}', '{identity.Text("apiVersion")}').principalId]",
                role.Text("properties.principalId"));
        });
        Assert.Equal([identity.Id], snapshot.App["identity.userAssignedIdentities"]!.AsObject().Select(p => p.Key));
        Assert.Equal("UserAssigned", snapshot.App.Text("identity.type"));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_role_is_given_for_a_whole_group_or_subscription(string set) => Assert.All(
        AssignmentsOf(Snapshot.Read(set)),
        static role => Assert.Contains("/providers/Microsoft.", role.Scope, StringComparison.Ordinal));

    // Rights at a container or table that is not there would leave the app without any.
    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_place_of_a_role_is_made(string set)
    {
        var snapshot = Snapshot.Read(set);
        var made = snapshot.Resources.Select(static resource => resource.Id).ToHashSet();

        Assert.All(AssignmentsOf(snapshot), role => Assert.Contains(role.Scope, made));
    }

    private static IReadOnlyList<Resource> AssignmentsOf(Snapshot snapshot) =>
        snapshot.OfType("Microsoft.Authorization/roleAssignments");
}
