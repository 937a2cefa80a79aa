using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Tests.Records;

public sealed class StoredJsonTests
{
    private const int DepthMax = 8;

    [Theory]
    [InlineData("DTW")]
    [InlineData("9E")]
    [InlineData("2013-01-01")]
    [InlineData("-")]
    [InlineData("007")]
    [InlineData("1 2")]
    [InlineData("truth")]
    [InlineData("no")]
    [InlineData("[info] started")]
    [InlineData("{id}/x")]
    [InlineData("\"")]
    [InlineData("")]
    public void Text_is_told_from_json_without_an_exception(string text)
    {
        var thrown = 0;
        var thread = Environment.CurrentManagedThreadId;
        void Count(object? sender, FirstChanceExceptionEventArgs e) =>
            thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            Assert.False(StoredJson.IsDocument(Encoding.UTF8.GetBytes(text), DepthMax));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
    }

    [Fact]
    public void The_verdict_is_the_one_of_the_json_reader() =>
        Gen.OneOf(
                AnyOf(
                    "true", "null ", "\tfalse", "nul", "-0", "-0.5e+10", "1e5", "01", "1.", ".5", "1e", "--1", "{}", "[]",
                    "[1,2]", "{\"a\":[]}", "{\"a\"}", "\"a\"", "\"a\"\"", "\"\\u00\"", "[[[[[[[[]]]]]]]]",
                    "[[[[[[[[[]]]]]]]]]", "{}{}", "[1]]"),
                Gen.Char["0123456789.eE+- \t\n\r\"{}[]:,tfn\\"].Array[0, 6].Select(static one => new string(one)))
            .Sample(static text => Assert.Equal(ReaderTakes(text), StoredJson.IsDocument(Bytes(text), DepthMax)));

    private static Gen<string> AnyOf(params string[] texts) =>
        Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static bool ReaderTakes(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Bytes(text), new JsonReaderOptions { MaxDepth = DepthMax });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
