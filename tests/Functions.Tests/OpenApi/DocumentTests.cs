using System.Text.Json.Nodes;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Host.Hosting;
using Serverless.OpenApi;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class DocumentTests
{
    private static JsonObject Document => TestContract.Contract.Document;

    [Fact]
    public async Task The_linter_finds_nothing() =>
        Assert.Empty(await Linter.LintAsync(Document, TestContext.Current.CancellationToken));

    [Fact]
    public void Its_version_is_that_of_the_product() =>
        Assert.Equal(NodeApplication.Version, Document["info"]!["version"]!.GetValue<string>());

    [Fact]
    public void Every_component_is_used()
    {
        var text = Document.ToJsonString();

        // Security schemes are meant by their names.
        var components =
            from section in Document["components"]!.AsObject()
            where section.Key != "securitySchemes"
            from component in section.Value!.AsObject()
            select $"\"#/components/{section.Key}/{component.Key}\"";

        Assert.DoesNotContain(components, pointer => !text.Contains(pointer, StringComparison.Ordinal));
    }

    [Fact]
    public void The_problem_codes_are_those_that_can_be_answered() => Assert.Equal(
        Enum.GetValues<ProblemCode>().Select(static code => ProblemRules.Of(code).Name),
        Document["components"]!["schemas"]!["ProblemCode"]!["enum"]!.AsArray().Select(static one => one!.ToString()));

    [Fact]
    public void Every_operation_has_a_name_of_its_own_and_one_tag_that_is_described()
    {
        var operations = TestContract.Contract.Operations.Select(static one => one.Place)
            .DistinctBy(static one => one.Path).ToList();
        var tags = Document["tags"]!.AsArray().Select(static tag => tag!["name"]!.GetValue<string>());

        Assert.Equal(operations.Count, operations.Select(static one => one.Text("operationId")).Distinct().Count());
        Assert.All(operations, one => Assert.Contains(Assert.Single(one["tags"]!.Elements()).Node.ToString(), tags));
    }
}
