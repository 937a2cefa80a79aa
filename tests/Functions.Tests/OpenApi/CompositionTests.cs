using System.Text.Json.Nodes;
using Serverless.Functions.Api.OpenApi;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class CompositionTests
{
    [Fact]
    public void Parts_become_one_document()
    {
        var document = Compose(
            """{"openapi":"3.1.0","servers":[{"url":"{base}"}],"tags":[{"name":"A"}],"paths":{"/a":{"get":{}}}}""",
            """{"tags":[{"name":"B"}],"paths":{"/b":{"put":{}}},"components":{"schemas":{"S":{"type":"string"}}}}""",
            """{"components":{"schemas":{"T":{}},"headers":{"H":{}}}}""");

        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        Assert.Equal("""[{"name":"A"},{"name":"B"}]""", document["tags"]!.ToJsonString());
        Assert.Equal(["/a", "/b"], document["paths"]!.AsObject().Select(static path => path.Key));
        Assert.Equal(
            """{"schemas":{"S":{"type":"string"},"T":{}},"headers":{"H":{}}}""",
            document["components"]!.ToJsonString());
    }

    [Fact]
    public void Servers_beside_paths_are_those_of_the_paths()
    {
        var document = Compose(
            """{"servers":[{"url":"{base}"}]}""",
            """{"servers":[{"url":"{base}/kafka"}],"paths":{"/v3":{"get":{}}}}""",
            """{"paths":{"/a":{"get":{}}}}""");

        Assert.Equal("""[{"url":"{base}"}]""", document["servers"]!.ToJsonString());
        Assert.Equal("""[{"url":"{base}/kafka"}]""", document["paths"]!["/v3"]!["servers"]!.ToJsonString());
        Assert.Null(document["paths"]!["/a"]!["servers"]);
    }

    [Theory]
    [InlineData("""{"paths":{"/a":{}}}""", "the path /a")]
    [InlineData("""{"components":{"schemas":{"S":{}}}}""", "schemas/S")]
    [InlineData("""{"tags":[{"name":"A"}]}""", "the tag A")]
    [InlineData("""{"openapi":"3.1.0"}""", "the member openapi")]
    public void What_is_defined_twice_is_refused_with_both_places(string part, string what)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Compose(part, part));

        Assert.Equal(
            $"The OpenAPI document defines {what} twice, in part 0 and in part 1.", refused.Message);
    }

    [Fact]
    public void A_name_may_stand_in_two_sections()
    {
        var document = Compose(
            """{"components":{"schemas":{"Topic":{}}}}""", """{"components":{"parameters":{"Topic":{}}}}""");

        Assert.Equal("""{"schemas":{"Topic":{}},"parameters":{"Topic":{}}}""", document["components"]!.ToJsonString());
    }

    private static JsonObject Compose(params string[] parts) => OpenApiComposition.Compose(
        parts.Select((part, index) => new OpenApiPart($"part {index}", JsonNode.Parse(part)!.AsObject())));
}
