using System.Text;
using System.Text.Json.Nodes;
using Serverless.OpenApi;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>A document of a few operations, and exchanges to hold against it.</summary>
internal static class SmallContract
{
    public static readonly Contract Things = new(
        JsonNode.Parse("""
        {
          "servers": [{ "url": "http://here" }],
          "paths": {
            "/things/{name}": {
              "get": {
                "parameters": [{ "name": "size", "in": "query", "schema": { "type": "integer" } }],
                "responses": {
                  "200": {
                    "headers": {
                      "Thing-Id": { "required": true, "schema": { "type": "integer" } },
                      "Thing-Age": { "schema": { "type": "string" } }
                    },
                    "content": {
                      "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } },
                      "application/x-ndjson": { "x-item-schema": { "$ref": "#/components/schemas/Thing" } }
                    }
                  },
                  "204": { "$ref": "#/components/responses/Nothing" }
                }
              },
              "put": {
                "requestBody": {
                  "required": true,
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } }
                },
                "responses": { "204": { "$ref": "#/components/responses/Nothing" } }
              }
            },
            "/things/none": { "get": { "responses": { "204": { "$ref": "#/components/responses/Nothing" } } } },
            "/twins": {
              "servers": [{ "url": "http://here" }, { "url": "http://here/other" }],
              "get": { "responses": { "204": { "$ref": "#/components/responses/Nothing" } } }
            }
          },
          "components": {
            "responses": { "Nothing": { "description": "Nothing." } },
            "schemas": {
              "Thing": {
                "type": "object",
                "required": ["id"],
                "properties": {
                  "id": { "type": "integer" },
                  "of": { "type": "object", "properties": { "kind": { "type": "string" } } },
                  "any": {}
                }
              },
              "Problem": { "type": "object" },
              "ConfluentError": { "type": "object" }
            }
          }
        }
        """)!.AsObject(),
        "http://here");

    public static readonly SentBody NoBody = new(false, null, null, null);

    public static SentBody Body(string text, string? type = "application/json", string? encoding = null) =>
        new(true, type, encoding, Encoding.UTF8.GetBytes(text));

    /// <summary>An exchange.</summary>
    /// <param name="request">Method and path.</param>
    /// <param name="status">The status.</param>
    /// <param name="body">The body of the answer.</param>
    /// <param name="headers">As <c>Name: value|Name: value</c>.</param>
    /// <param name="sent">The body of the request.</param>
    /// <param name="isComplete">Whether the answer was read to its end.</param>
    public static Exchange Exchange(
        string request,
        int status,
        string body = "",
        string headers = "",
        SentBody? sent = null,
        bool isComplete = true)
    {
        var parts = request.Split(' ');
        return new(
            parts[0],
            new Uri("http://here" + parts[1]),
            sent ?? NoBody,
            status,
            headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static header => header.Split(": "))
                .ToDictionary(static header => header[0], static header => header[1]),
            Encoding.UTF8.GetBytes(body),
            isComplete);
    }
}
