using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Host.Settings;

/// <summary>
/// What a node measures, and where that goes. Unless something is set, only <c>/metrics</c> tells anything, and no
/// request is traced.
/// </summary>
internal sealed record TelemetrySettings
{
    private const string Otlp = "otlp";
    private const string AzureMonitor = "azure_monitor";
    private const string Prometheus = "prometheus";

    /// <summary>The variables that are passed on to OpenTelemetry.</summary>
    public required IReadOnlyDictionary<string, string?> Variables { get; init; }

    /// <summary>Where traces go.</summary>
    public required TelemetryExporters Traces { get; init; }

    /// <summary>Where metrics go.</summary>
    public required TelemetryExporters Metrics { get; init; }

    /// <summary>Where logs go, beside standard error.</summary>
    public required TelemetryExporters Logs { get; init; }

    /// <summary>How standard error is written.</summary>
    public required LogFormat LogFormat { get; init; }

    /// <summary>How often the lag of the groups is looked up; zero for never.</summary>
    public required TimeSpan LagInterval { get; init; }

    /// <summary>The service's name.</summary>
    public string ServiceName => Find(TelemetryVariables.ServiceName) ?? "serverless";

    /// <summary>The text of a variable; null when it is not set, or empty, which is the same by the standard.</summary>
    /// <param name="name">Its name.</param>
    public string? Find(string name) =>
        Variables.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>Reads what the environment says, and checks it.</summary>
    /// <param name="values">What the operator set of the node's own settings; hears what is wrong.</param>
    /// <param name="environment">The variables of the process, the strongest place first.</param>
    /// <param name="behindFunctionsHost">Whether the Functions host passes standard error on.</param>
    public static TelemetrySettings Read(
        SettingValues values, IReadOnlyList<IConfiguration> environment, bool behindFunctionsHost)
    {
        var settings = new TelemetrySettings
        {
            Variables = Gather(environment),
            Traces = TelemetryExporters.None,
            Metrics = TelemetryExporters.None,
            Logs = TelemetryExporters.None,
            LogFormat = values.Get(TelemetryOptions.LogFormat),
            LagInterval = values.Get(TelemetryOptions.LagInterval),
        };
        if (settings.IsDisabled(values))
        {
            return settings;
        }

        settings.CheckSampler(values);
        return settings with
        {
            Traces = settings.Choose(values, TelemetryVariables.TracesExporter, "TRACES", TelemetryExporters.None),
            Metrics = settings.Choose(
                values, TelemetryVariables.MetricsExporter, "METRICS", TelemetryExporters.Prometheus),
            Logs = settings.Choose(
                values, TelemetryVariables.LogsExporter, "LOGS", TelemetryExporters.None, behindFunctionsHost),
        };
    }

    // Names differ by case on some systems only.
    private static Dictionary<string, string?> Gather(IReadOnlyList<IConfiguration> environment)
    {
        var variables = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            // The standard's own default, which the library does not follow on .NET.
            [TelemetryVariables.OtlpProtocol] = "http/protobuf",
        };
        foreach (var place in environment.Reverse())
        {
            foreach (var variable in place.GetChildren())
            {
                if (variable.Value is { Length: > 0 } && TelemetryVariables.IsOurs(variable.Key))
                {
                    variables[variable.Key] = variable.Value;
                }
            }
        }

        return variables;
    }

    private bool IsDisabled(SettingValues values)
    {
        var text = Find(TelemetryVariables.SdkDisabled);
        if (text is not null && !bool.TryParse(text, out _))
        {
            values.Refuse($"{TelemetryVariables.SdkDisabled} is '{text}'; it must be true or false.");
        }

        return bool.TryParse(text, out var disabled) && disabled;
    }

    private void CheckSampler(SettingValues values)
    {
        var (name, share) = (Find(TelemetryVariables.Sampler), Find(TelemetryVariables.SamplerArgument));
        if (TraceSampling.Of(name, null) is null)
        {
            values.Refuse($"{TelemetryVariables.Sampler} is '{name}'; it must be {TraceSampling.Known}.");
        }
        else if (TraceSampling.Of(name, share) is null)
        {
            values.Refuse(
                $"{TelemetryVariables.SamplerArgument} is '{share}'; it must be a share from 0 to 1, such as 0.05.");
        }
    }

    private TelemetryExporters Choose(
        SettingValues values, string name, string signal, TelemetryExporters always, bool isPassedOn = false)
    {
        if (Find(name) is not { } text)
        {
            return always
                | (Find(TelemetryVariables.OtlpEndpoint) ?? Find($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) switch
                {
                    null => TelemetryExporters.None,
                    _ => TelemetryExporters.Otlp,
                }
                | (Find(TelemetryVariables.AzureMonitor) is null || isPassedOn
                    ? TelemetryExporters.None
                    : TelemetryExporters.AzureMonitor);
        }

        var chosen = TelemetryExporters.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            chosen |= ExporterOf(values, name, word, always);
        }

        return chosen;
    }

    private TelemetryExporters ExporterOf(
        SettingValues values, string name, string word, TelemetryExporters always)
    {
        switch (word)
        {
            case "none":
                return TelemetryExporters.None;
            case Otlp:
                return TelemetryExporters.Otlp;
            case Prometheus when always == TelemetryExporters.Prometheus:
                return TelemetryExporters.Prometheus;
            case AzureMonitor when Find(TelemetryVariables.AzureMonitor) is not null:
                return TelemetryExporters.AzureMonitor;
            case AzureMonitor:
                values.Refuse($"{name} is '{AzureMonitor}', but {TelemetryVariables.AzureMonitor} is not set.");
                return TelemetryExporters.None;
            default:
                values.Refuse($"{name} names '{word}'; it must be {Otlp}, {AzureMonitor}"
                    + (always == TelemetryExporters.None ? "" : $", {Prometheus}") + " or none, separated by commas.");
                return TelemetryExporters.None;
        }
    }
}
