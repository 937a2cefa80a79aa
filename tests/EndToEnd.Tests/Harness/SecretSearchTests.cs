namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>What the end of every process of these tests searches its output for.</summary>
public sealed class SecretSearchTests
{
    private const string Connection = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0Cg==;X=1";

    private static readonly IReadOnlyList<string> Secrets = SecretSearch.Given(
        ["--connection", Connection, "--urls", "http://127.0.0.1:0"],
        new Dictionary<string, string> { ["IDENTITY_HEADER"] = "told to the app alone", ["PORT"] = "8080" });

    [Theory]
    [InlineData("failed: c2VjcmV0Cg== is no key")]
    [InlineData("warn: told to the app alone")]
    [InlineData("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")]
    [InlineData("BlobEndpoint=http://x;AccountKey=b3RoZXIgb25l;")]
    [InlineData("GET https://a.blob.core.windows.net/c/b?sv=2026&sig=AbCdEf%3D answered 403")]
    [InlineData("Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.abc")]
    [InlineData("srvls_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdEf")]
    public void A_secret_is_found_and_not_told(string line)
    {
        var found = SecretSearch.Find(["Serverless 1.0 listens", line], Secrets);

        Assert.NotNull(found);
        Assert.Null(SecretSearch.Find([found], Secrets));
    }

    [Theory]
    [InlineData("Serverless 1.0 listens on http://127.0.0.1:8080, data in 'container x of http://127.0.0.1:10000/a'")]
    [InlineData("The setting --connection has no AccountKey.")]
    [InlineData("info: GET /api/v1/topics/{topic} answered 401")]
    public void What_is_no_secret_is_none(string line) => Assert.Null(SecretSearch.Find([line], Secrets));
}
