using System.Text.Json.Nodes;

namespace Serverless.FunctionsHost;

/// <summary>An app as the Functions host reads it: <c>host.json</c>, and a <c>function.json</c> in each folder.</summary>
public sealed class FunctionApp
{
    private FunctionApp(string root, string executable, HttpTrigger http, IReadOnlyDictionary<string, string> timers)
    {
        Root = root;
        Executable = executable;
        Http = http;
        Timers = timers;
    }

    /// <summary>The app's folder.</summary>
    public string Root { get; }

    /// <summary>The path of the custom handler.</summary>
    public string Executable { get; }

    /// <summary>The one HTTP function.</summary>
    public HttpTrigger Http { get; }

    /// <summary>The names of the timer's functions, each with the name of its binding.</summary>
    public IReadOnlyDictionary<string, string> Timers { get; }

    /// <summary>Reads an app, and refuses what the real host would refuse or would not do the same with.</summary>
    /// <param name="root">The app's folder.</param>
    /// <exception cref="InvalidDataException">The app is not one that this double can host.</exception>
    public static FunctionApp Read(string root)
    {
        var host = ReadJson(Path.Combine(root, "host.json"));
        Require((string?)host["version"] == "2.0", "host.json is not of version 2.0");
        var handler = host["customHandler"] ?? throw new InvalidDataException("host.json names no custom handler.");
        Require((bool?)handler["enableProxyingHttpRequest"] == true, "requests are not passed on as they are");
        Require((string?)host["extensions"]?["http"]?["routePrefix"] == "", "routes have a prefix");
        var executable = (string?)handler["description"]?["defaultExecutablePath"] ?? "";

        HttpTrigger? http = null;
        var timers = new Dictionary<string, string>();
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            if (File.Exists(Path.Combine(folder, "function.json")))
            {
                var bindings = ReadJson(Path.Combine(folder, "function.json"))["bindings"]!.AsArray();
                var trigger = bindings[0]!;
                switch ((string?)trigger["type"])
                {
                    case "httpTrigger":
                        Require(http is null && bindings is [_, { } output] && (string?)output["type"] == "http",
                            "there is not one function with HTTP in and HTTP out");
                        http = HttpTrigger.Read(trigger);
                        break;
                    case "timerTrigger":
                        Require(((string?)trigger["schedule"])?.Split(' ').Length == 6, "a schedule has not six fields");
                        timers.Add(Path.GetFileName(folder), (string)trigger["name"]!);
                        break;
                    case var other:
                        throw new InvalidDataException($"The double knows no {other}.");
                }
            }
        }

        Require(http is not null, "there is no HTTP function");
        return new FunctionApp(root, Path.Combine(root, executable), http!, timers);
    }

    private static JsonObject ReadJson(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The double does not host this app: {otherwise}.");
        }
    }
}
