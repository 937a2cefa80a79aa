using Serverless.StorageEngine.Azure;

namespace Serverless.StorageEngine.Conformance;

public sealed class AzureStorageOptionsTests
{
    private static readonly Uri Address = new("https://account.example");

    private static readonly AzureStorageOptions Good = new() { ConnectionString = "UseDevelopmentStorage=true" };

    [Fact]
    public void A_connection_string_or_two_addresses_are_enough()
    {
        Assert.Null(Good.FindProblem());
        Assert.Null(new AzureStorageOptions { BlobServiceUris = [Address], TableServiceUri = Address }.FindProblem());
    }

    [Fact]
    public void Neither_half_an_address_nor_both_ways_at_once_will_do()
    {
        Assert.Contains("ConnectionString", new AzureStorageOptions().FindProblem(), StringComparison.Ordinal);
        var half = new AzureStorageOptions { BlobServiceUris = [Address] };
        Assert.Contains("TableServiceUri", half.FindProblem(), StringComparison.Ordinal);
        Assert.Contains("not both", (Good with { BlobServiceUris = [Address] }).FindProblem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://ONE.blob.core.windows.net", "https://one.blob.core.windows.net/")]
    [InlineData("https://127.0.0.1:10000/one", "https://127.0.0.1:10001/one/")]
    public void An_account_that_is_named_twice_is_refused(string first, string second)
    {
        var twice = new AzureStorageOptions
        {
            BlobServiceUris = [new Uri(first), new Uri(second)],
            TableServiceUri = Address,
        };

        Assert.Contains("twice", twice.FindProblem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("-abc")]
    [InlineData("abc-")]
    [InlineData("a--b")]
    [InlineData("a_b")]
    public void A_container_name_that_the_service_refuses_is_named(string container) =>
        Assert.StartsWith("Container ", (Good with { Container = container }).FindProblem(), StringComparison.Ordinal);

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("a-bc")]
    public void A_table_name_that_the_service_refuses_is_named(string table) =>
        Assert.StartsWith("Table ", (Good with { Table = table }).FindProblem(), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100_001)]
    public void A_time_out_outside_its_bounds_is_named(int milliseconds)
    {
        var timeout = TimeSpan.FromMilliseconds(milliseconds);

        var write = (Good with { WriteTimeout = timeout }).FindProblem();
        var read = (Good with { ReadTimeout = timeout }).FindProblem();

        Assert.StartsWith("WriteTimeout ", write, StringComparison.Ordinal);
        Assert.StartsWith("ReadTimeout ", read, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pinned_version_is_named_in_its_wire_form() =>
        Assert.Equal(
            $"V{AzureStorageOptions.BlobServiceVersionText.Replace('-', '_')}",
            $"{AzureStorageOptions.BlobServiceVersion}");
}
