using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class AzdTests
{
    // What they extend, and children of the types that have tags.
    private static readonly string[] Untagged =
    [
        "Microsoft.Authorization/locks", "Microsoft.Authorization/roleAssignments",
        "Microsoft.Insights/diagnosticSettings", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/blobServices/containers",
        "Microsoft.Storage/storageAccounts/managementPolicies", "Microsoft.Storage/storageAccounts/tableServices",
        "Microsoft.Storage/storageAccounts/tableServices/tables", "Microsoft.Web/sites/config",
        "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
    ];

    [Theory]
    [InlineData(ParameterSet.Dev, "serverless-dev")]
    [InlineData(ParameterSet.Prod, "serverless-prod")]
    [InlineData(ParameterSet.Wide, "wide")]
    public void Everything_that_can_be_tagged_names_its_environment(string set, string environment) => Assert.All(
        Snapshot.Read(set).Resources.Where(static resource => !Untagged.Contains(resource.Type)),
        resource => Assert.Equal(environment, resource.Text("tags.azd-env-name")));

    [Fact]
    public void Tags_of_the_operator_are_on_everything_too() => Assert.All(
        Snapshot.Read(ParameterSet.Wide).Resources.Where(static resource => !Untagged.Contains(resource.Type)),
        static resource => Assert.Equal("logs", resource.Text("tags.team")));

    [Fact]
    public void Azd_finds_the_app_of_its_service_by_a_tag()
    {
        var snapshot = Snapshot.Read(ParameterSet.Dev);

        var tagged = Assert.Single(snapshot.Resources, static r => r["tags.azd-service-name"] is not null);

        Assert.Equal(snapshot.App.Id, tagged.Id);
        Assert.Contains(
            $"services:\n  {tagged.Text("tags.azd-service-name")}:\n", RepositoryFiles.Read("azure.yaml"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Azd_packs_what_its_hook_publishes()
    {
        var azure = RepositoryFiles.Read("azure.yaml");
        var publish = RepositoryFiles.Read("infra/publish.sh");

        Assert.Contains("\n    dist: artifacts/azd\n", azure, StringComparison.Ordinal);
        Assert.Contains("\n        run: ./infra/publish.sh\n", azure, StringComparison.Ordinal);
        Assert.Equal(2, publish.Split("--output artifacts/azd").Length - 1);
    }

    [Theory]
    [InlineData(ParameterSet.Dev)]
    [InlineData(ParameterSet.Prod)]
    public void The_deployment_returns_what_a_next_step_needs(string set)
    {
        var snapshot = Snapshot.Read(set);

        Assert.Equal(
            [
                "AZURE_LOCATION", "AZURE_RESOURCE_GROUP", "SERVERLESS_BLOB_SERVICE_URI",
                "SERVERLESS_TABLE_SERVICE_URI", "SERVICE_API_NAME", "SERVICE_API_URI",
            ],
            snapshot.Outputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(snapshot.App.Name, snapshot.Outputs["SERVICE_API_NAME"]);
        Assert.Equal(
            snapshot.AppSettings["Serverless__BlobServiceUri"], snapshot.Outputs["SERVERLESS_BLOB_SERVICE_URI"]);
        Assert.Equal(
            snapshot.AppSettings["Serverless__TableServiceUri"], snapshot.Outputs["SERVERLESS_TABLE_SERVICE_URI"]);
    }
}
