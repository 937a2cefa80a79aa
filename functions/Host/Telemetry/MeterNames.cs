using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>What is measured, and what is left alone.</summary>
internal static class MeterNames
{
    /// <summary>
    /// The meters that are listened to. Their tags are bounded: route templates, status codes, known methods, names of
    /// operations. Everything else that some library may measure stays out, because nobody has checked what it tags.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        EngineMeters.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];
}
