using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CsCheck;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Records;

/// <summary>JSON that goes to a client piece by piece is the JSON that it would be in one.</summary>
public sealed class JsonOutputTests
{
    private static readonly Gen<string> Text = Gen.Select(
        Gen.String[Gen.Char["a\"\\\n\u0001ü€"], 1, 40], Gen.Int[1, 4_000], (part, times) => Repeat(part + "😀", times));

    [Fact]
    public Task A_text_of_any_length_is_read_back() => Text.SampleAsync(async text =>
    {
        var json = await WriteAsync((output, gone) => output.WriteTextAsync(Encoding.UTF8.GetBytes(text), gone));
        Assert.Equal(text, json[0].GetString());
    });

    [Fact]
    public Task Bytes_of_any_length_are_read_back() => Gen.Byte.Array[0, 50_000].SampleAsync(async bytes =>
    {
        var json = await WriteAsync((output, gone) => output.WriteBase64Async(bytes, gone));
        Assert.Equal(bytes, json[0].GetBytesFromBase64());
    });

    [Fact]
    public Task A_document_of_any_length_is_written_byte_for_byte_and_on_one_line_where_that_is_asked() =>
        Gen.Select(Text, Gen.Bool).SampleAsync(async (text, oneLine) =>
        {
            var document = $"{{\r\n\"a\":\n{JsonSerializer.Serialize(text)}}}";
            var bytes = Encoding.UTF8.GetBytes(document);
            var json = await WriteAsync((output, gone) =>
                oneLine ? output.WriteOnOneLineAsync(bytes, gone) : output.WriteDocumentAsync(bytes, gone));
            var expected = oneLine ? document.Replace("\r", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal) : document;
            Assert.Equal(expected, json[0].GetRawText());
        });

    [Theory]
    [InlineData("text")]
    [InlineData("base64")]
    [InlineData("document")]
    [InlineData("line")]
    public async Task A_client_that_takes_nothing_holds_it_back(string form)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        using var output = new JsonOutput(pipe.Writer);
        var bytes = Encoding.UTF8.GetBytes($"\"{new string('\u0001', 1_000_000)}\n\"");

        var writing = form switch
        {
            "text" => output.WriteTextAsync(bytes, NativeClient.Token).AsTask(),
            "base64" => output.WriteBase64Async(bytes, NativeClient.Token).AsTask(),
            "document" => output.WriteDocumentAsync(bytes, NativeClient.Token).AsTask(),
            _ => output.WriteOnOneLineAsync(bytes, NativeClient.Token).AsTask(),
        };

        Assert.False(writing.IsCompleted);
        Assert.True(pipe.Reader.TryRead(out var waiting));
        Assert.InRange(waiting.Buffer.Length, 1, 160 * 1024);
        pipe.Reader.AdvanceTo(waiting.Buffer.End);
        await pipe.Reader.CompleteAsync();
        await writing;
    }

    private static string Repeat(string part, int times) => new StringBuilder().Insert(0, part, times).ToString();

    // Between two other values, so that the commas show.
    private static async Task<JsonElement[]> WriteAsync(Func<JsonOutput, CancellationToken, ValueTask> write)
    {
        using var target = new MemoryStream();
        var pipe = PipeWriter.Create(target);
        using (var output = new JsonOutput(pipe))
        {
            output.Json.WriteStartArray();
            await write(output, NativeClient.Token);
            output.Json.WriteNumberValue(7);
            output.Json.WriteEndArray();
            await output.FlushAsync(NativeClient.Token);
        }

        using var json = JsonDocument.Parse(target.ToArray());
        JsonElement[] values = [.. json.RootElement.EnumerateArray().Select(static value => value.Clone())];
        Assert.Equal(2, values.Length);
        return values;
    }
}
