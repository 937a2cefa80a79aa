using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Errors;

public sealed class ErrorAnswersTests
{
    [Fact]
    public async Task A_storage_that_is_not_available_is_503_with_a_time_to_retry()
    {
        var (response, body) = await AnswerAsync(
            _ => throw new StorageUnavailableException("append /secret/path", null, TimeSpan.FromSeconds(2.5)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (HttpStatusCode)response.StatusCode);
        Assert.Equal("3", response.Headers.RetryAfter);
        Assert.Equal("application/problem+json", response.ContentType);
        Assert.Equal("STORAGE_UNAVAILABLE", body.GetProperty("code").GetString());
        Assert.True(body.GetProperty("retryable").GetBoolean());
        Assert.Equal("none", body.GetProperty("side_effects").GetString());
    }

    [Fact]
    public async Task An_unknown_outcome_says_that_side_effects_are_possible()
    {
        var (_, body) = await AnswerAsync(_ => throw new StorageOutcomeUnknownException("append"));

        Assert.Equal("OUTCOME_UNKNOWN", body.GetProperty("code").GetString());
        Assert.Equal("possible", body.GetProperty("side_effects").GetString());
    }

    [Fact]
    public async Task A_mistake_of_the_program_is_500_and_tells_nothing_of_its_insides()
    {
        var (response, body) = await AnswerAsync(_ => throw new InvalidOperationException("secret"));

        Assert.Equal(500, response.StatusCode);
        Assert.DoesNotContain("secret", body.GetRawText());
    }

    [Theory]
    [InlineData(404, "NOT_FOUND")]
    [InlineData(405, "METHOD_NOT_ALLOWED")]
    [InlineData(415, "UNSUPPORTED_MEDIA_TYPE")]
    public async Task A_refusal_of_the_framework_gets_a_body(int status, string code)
    {
        var (response, body) = await AnswerAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Equal(status, body.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_client_that_went_away_is_not_answered()
    {
        using var aborted = new CancellationTokenSource();
        await aborted.CancelAsync();
        var context = NewContext();
        context.RequestAborted = aborted.Token;

        await RunAsync(context, _ => throw new OperationCanceledException(aborted.Token));

        Assert.Equal(499, context.Response.StatusCode);
        Assert.Equal(0, context.Response.Body.Length);
    }

    private static async Task<(HttpResponse Response, JsonElement Body)> AnswerAsync(RequestDelegate endpoint)
    {
        var context = NewContext();

        await RunAsync(context, endpoint);

        context.Response.Body.Position = 0;
        var body = await JsonDocument.ParseAsync(
            context.Response.Body, cancellationToken: TestContext.Current.CancellationToken);
        return (context.Response, body.RootElement);
    }

    private static DefaultHttpContext NewContext() => new() { Response = { Body = new MemoryStream() } };

    private static Task RunAsync(HttpContext context, RequestDelegate endpoint)
    {
        var services = new ServiceCollection()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<ApiSettings>()
            .AddSingleton<ProblemFormat>()
            .AddSingleton<ErrorFormats>()
            .BuildServiceProvider();
        context.RequestServices = services;
        var app = new ApplicationBuilder(services).UseEventApi().UseEventApi();
        app.Run(endpoint);
        return app.Build()(context);
    }
}
