extern alias worker;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Tests.Telemetry;
using worker::Serverless.Functions.Host.Settings;
using worker::Serverless.Functions.Worker;

namespace Serverless.Functions.Tests.Host;

/// <summary>The worker entry logs what the custom handler logs, whatever the worker has set up before.</summary>
public sealed class WorkerLoggingTests
{
    [Theory]
    [InlineData("debug")]
    [InlineData("information")]
    public async Task What_the_server_says_below_a_warning_is_left_out_at_every_level(string level)
    {
        using var log = new WholeLog();
        await using var app = Build(level, log);

        Log(app, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information, "GET /topics?code=hush");
        Log(app, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, "a warning");
        Log(app, "Serverless.Node", LogLevel.Information, "a message");

        Assert.DoesNotContain(log.Entries, static entry => entry.Contains("hush", StringComparison.Ordinal));
        Assert.Contains(log.Entries, static entry => entry.Contains("a warning", StringComparison.Ordinal));
        Assert.Contains(log.Entries, static entry => entry.Contains("a message", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_level_is_that_of_the_setting()
    {
        using var log = new WholeLog();
        await using var app = Build("error", log);

        Log(app, "Serverless.Node", LogLevel.Warning, "a warning");
        Log(app, "Serverless.Node", LogLevel.Error, "an error");

        Assert.Contains("an error", Assert.Single(log.Entries), StringComparison.Ordinal);
    }

    private static void Log(WebApplication app, string category, LogLevel level, string message) =>
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category)
            .Log(level, default, message, null, static (text, _) => text);

    // As the worker does: a configuration with rules of its own stands before the node's logging.
    private static WebApplication Build(string level, WholeLog log)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Information";
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.UseNodeLogging(SettingsOf(level), "node");
        builder.Logging.AddProvider(log);
        return builder.Build();
    }

    private static HostSettings SettingsOf(string level)
    {
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Serverless:LogLevel", (string?)level)])
            .Build();
        return Assert.IsType<SettingsOutcome.Good>(SettingsOutcome.Read(
            new Dictionary<string, string?>(), environment, Path.GetTempPath(), isWorker: true)).Settings;
    }
}
