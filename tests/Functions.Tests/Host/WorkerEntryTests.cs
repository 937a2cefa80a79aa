extern alias worker;

using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using worker::Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Api;
using worker::Serverless.Functions.Worker;

namespace Serverless.Functions.Tests.Host;

public sealed class WorkerEntryTests
{
    [Fact]
    public async Task The_workers_catch_all_function_reaches_the_endpoints() =>
        Assert.Equal(StatusCodes.Status200OK, (await AskAsync("/health/live")).StatusCode);

    [Fact]
    public async Task A_path_that_nobody_serves_is_a_404_although_the_workers_own_route_matched() =>
        Assert.Equal(StatusCodes.Status404NotFound, (await AskAsync("/nowhere")).StatusCode);

    [Fact]
    public void The_solution_lists_the_worker_without_building_it()
    {
        var solution = File.ReadAllText(FindSolution());

        var entry = Regex.Match(solution, @"Serverless\.Functions\.Worker\.csproj"", ""(?<id>\{[0-9A-F-]+\})""");
        var id = entry.Groups["id"].Value;

        Assert.Contains($"{id}.Debug|Any CPU.ActiveCfg", solution, StringComparison.Ordinal);
        Assert.DoesNotMatch($@"{Regex.Escape(id)}.*\.Build\.0", solution);
    }

    [Fact]
    public void The_host_files_of_both_entries_differ_in_the_custom_handler_alone()
    {
        var handler = ReadJson("functions/Host/host.json");
        Assert.True(handler.Remove("customHandler"));

        Assert.Equal(handler.ToJsonString(), ReadJson("functions/Worker/host.json").ToJsonString());
    }

    [Fact]
    public void Both_entries_take_the_same_requests()
    {
        var trigger = ReadJson("functions/Host/http/function.json")["bindings"]![0]!;

        var worker = ParameterOf<HttpTriggerAttribute>(typeof(HttpFunction), "http");

        Assert.Equal(trigger["methods"]!.AsArray().Select(static method => (string)method!), worker.Methods);
        Assert.Equal((string?)trigger["route"], worker.Route);
        Assert.Equal((string?)trigger["authLevel"], worker.AuthLevel.ToString(), ignoreCase: true);
    }

    [Fact]
    public void Both_entries_keep_the_store_at_the_same_times()
    {
        var trigger = ReadJson("functions/Host/maintenance/function.json")["bindings"]![0]!;

        var worker = ParameterOf<TimerTriggerAttribute>(typeof(MaintenanceFunction), "maintenance");

        Assert.Equal((string?)trigger["schedule"], worker.Schedule);
    }

    private static T ParameterOf<T>(Type functions, string name)
        where T : Attribute
    {
        var function = functions.GetMethod("RunAsync")!;
        Assert.Equal(name, function.GetCustomAttribute<FunctionAttribute>()?.Name);
        return function.GetParameters()[0].GetCustomAttribute<T>()!;
    }

    private static JsonObject ReadJson(string path) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(FindSolution())!, path)))!.AsObject();

    private static async Task<HttpResponse> AskAsync(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEventApi();
        await using var app = builder.Build();
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = path;
        context.Request.RouteValues["path"] = path;
        context.SetEndpoint(new Endpoint(null, EndpointMetadataCollection.Empty, "the worker's catch-all"));

        await new HttpFunction(new ApiPipeline(app.Services)).RunAsync(context.Request);
        return context.Response;
    }

    private static string FindSolution()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent
                ?? throw new DirectoryNotFoundException("No folder above the tests holds the solution.");
        }

        return Path.Combine(folder.FullName, "Serverless.sln");
    }
}
