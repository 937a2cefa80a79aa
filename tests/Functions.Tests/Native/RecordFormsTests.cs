using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

public sealed class RecordFormsTests
{
    [Fact]
    public void What_a_read_gives_in_its_default_form_a_produce_takes_as_the_same_bytes() =>
        Gen.Select(Bytes.Null(), Bytes.Null(), Headers).Sample((key, value, headers) =>
        {
            var line = Write(key, value, headers);

            var broken = RecordJson.Read(line, headersMax: 100, out var record);

            // A record as it is read also names its offset, which no produce takes.
            Assert.Null(broken);
            Assert.DoesNotContain((byte)'\n', line.ToArray());
            Assert.Equal(key, record.Key?.ToArray());
            Assert.Equal(value, record.Value?.ToArray());
            Assert.Equal(headers.Select(HexOf), record.Headers.Select(HexOf));
        });

    private static readonly string[] Documents =
    [
        "{\"a\": [1, {\"b\": null}]}", "null", "\"text\"", "12", " 12", "12 ", "-0.5e3", "true", "{\n}", "[[]]",
        new string('[', 60) + new string(']', 60),
    ];

    private static Gen<byte[]> Bytes { get; } = Gen.OneOf(
        Gen.Byte.Array[0, 12],
        Gen.String[Gen.Char["{}[]\"\\,:\n\r\t 0123456789.eE+-truefalsn/ü"], 0, 12].Select(Encoding.UTF8.GetBytes),
        Gen.Int[0, Documents.Length - 1].Select(static index => Encoding.UTF8.GetBytes(Documents[index])));

    private static Gen<RecordHeader[]> Headers { get; } = Gen.Select(
            Gen.String[Gen.Char["abcü\"\\\n"], 0, 4],
            Bytes.Null(),
            (name, value) => new RecordHeader(name, value is null ? default(ReadOnlyMemory<byte>?) : value))
        .Array[0, 3];

    private static (string Name, string? Value) HexOf(RecordHeader header) =>
        (header.Name, header.Value is { } bytes ? Convert.ToHexString(bytes.Span) : null);

    private static ReadOnlyMemory<byte> Write(byte[]? key, byte[]? value, RecordHeader[] headers)
    {
        var builder = new RecordBatchBuilder();
        builder.Append(1000, key, key is not null, value, value is not null, headers);
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output);
        using var writer = new RecordJsonWriter(pipe, ValueForm.Auto);
        foreach (var record in RecordBatchReader.Enumerate(builder.Build(), new Codecs()))
        {
            writer.Take(0, record);
            Assert.True(writer.WriteTakenAsync(NativeClient.Token).AsTask().IsCompletedSuccessfully);
        }

        pipe.Complete();

        return Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(output.ToArray()).Replace("\"offset\":0,", "", StringComparison.Ordinal));
    }
}
