using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Tests.Bodies;

public sealed class JsonBodyTests
{
    [Fact]
    public Task Values_of_an_array_are_the_same_however_the_body_is_cut() =>
        Gen.Select(Json.Array[0, 8], Gen.Int[1, 20]).SampleAsync(async (values, pieceBytes) =>
        {
            var body = "[" + string.Join(" , ", values) + "]";

            var read = await ReadArrayAsync(Encoding.UTF8.GetBytes(body), pieceBytes);

            Assert.Equal(values, read);
        });

    [Fact]
    public async Task Values_may_follow_each_other_at_the_top_with_nothing_between()
    {
        using var buffer = Open("{\"a\":1}{\"b\":[2]} 3 \"x\"\n"u8.ToArray(), 3);
        var json = new JsonBody(buffer, multipleValues: true);

        Assert.Equal(["{\"a\":1}", "{\"b\":[2]}", "3", "\"x\""], await ReadAllAsync(json));
    }

    [Fact]
    public async Task A_malformed_body_is_refused_with_its_line()
    {
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(
            () => ReadArrayAsync("[{\"a\":1},\n{\"a\":}]"u8.ToArray(), 5));

        Assert.Equal(ProblemCode.InvalidRequest, refused.Problem.Code);
        Assert.Contains("line 2", refused.Problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" \r\n\t [1]", '[')]
    [InlineData("{} ", '{')]
    [InlineData("  ", null)]
    [InlineData("", null)]
    public async Task What_a_body_begins_with_is_seen_however_it_is_cut(string body, char? first)
    {
        for (var pieceBytes = 1; pieceBytes <= 8; pieceBytes++)
        {
            using var buffer = Open(Encoding.UTF8.GetBytes(body), pieceBytes);

            Assert.Equal(first, (char?)await buffer.FirstAsync(CancellationToken.None));
        }
    }

    [Theory]
    [InlineData("[{\"a\":1},")]
    [InlineData("[{\"a\":1")]
    [InlineData("")]
    public async Task A_body_that_ends_early_is_refused(string body) =>
        await Assert.ThrowsAsync<RequestRefusedException>(() => ReadArrayAsync(Encoding.UTF8.GetBytes(body), 4));

    [Fact]
    public async Task Broken_utf8_is_refused_with_its_position()
    {
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(
            () => ReadArrayAsync([(byte)'[', (byte)'"', 0xC3, (byte)'"', (byte)']'], 5));

        Assert.Contains("byte 1 ", refused.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_while_it_is_counted()
    {
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(
            () => ReadArrayAsync(Encoding.UTF8.GetBytes("[" + new string(' ', 2000) + "]"), 100));

        Assert.Equal(ProblemCode.RequestTooLarge, refused.Problem.Code);
    }

    [Fact]
    public void A_body_that_announces_too_much_is_refused_before_it_is_read()
    {
        var request = NewRequest();
        request.ContentLength = 1001;
        request.Body = Stream.Null;

        var refused = Assert.Throws<RequestRefusedException>(() => BodyBuffer.Open(request, 1000, 1000));

        Assert.Equal(ProblemCode.RequestTooLarge, refused.Problem.Code);
    }

    [Fact]
    public async Task An_item_above_the_window_is_refused()
    {
        var request = NewRequest();
        request.Body = new PieceStream(Encoding.UTF8.GetBytes("[\"" + new string('x', 500_000) + "\"]"), 50_000);
        using var buffer = BodyBuffer.Open(request, 1_000_000, 200_000);
        var json = new JsonBody(buffer);
        await json.ReadTokenAsync(TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => ReadAllAsync(json));

        Assert.Equal(ProblemCode.RequestTooLarge, refused.Problem.Code);
    }

    private static Gen<string> Json { get; } = Gen.OneOf(
        Gen.String.Select(text => JsonSerializer.Serialize(text)),
        Gen.Int.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.Const("{\"a\":{\"b\":[1,{}]},\"c\":null}"),
        Gen.Const("[ [ ] , true ]"),
        Gen.Const("\"h\\u00e9 \\\" ü\""));

    private static async Task<IReadOnlyList<string>> ReadArrayAsync(byte[] body, int pieceBytes)
    {
        using var buffer = Open(body, pieceBytes);
        var json = new JsonBody(buffer);
        await json.ReadTokenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JsonTokenType.StartArray, json.TokenType);
        return await ReadAllAsync(json);
    }

    private static async Task<IReadOnlyList<string>> ReadAllAsync(JsonBody json)
    {
        var values = new List<string>();
        while (await json.ReadValueAsync(TestContext.Current.CancellationToken) is { } value)
        {
            values.Add(Encoding.UTF8.GetString(value.Span));
        }

        return values;
    }

    private static HttpRequest NewRequest() => new DefaultHttpContext
    {
        RequestServices = new ServiceCollection()
            .AddSingleton(new ApiSettings())
            .AddSingleton<RequestMemory>()
            .AddSingleton(TimeProvider.System)
            .BuildServiceProvider(),
    }.Request;

    private static BodyBuffer Open(byte[] body, int pieceBytes)
    {
        var request = NewRequest();
        request.Body = new PieceStream(body, pieceBytes);
        return BodyBuffer.Open(request, 1000, 1000);
    }
}
