namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>The host as the build made it.</summary>
internal static class HostExecutable
{
    private const string Project = "Serverless.Functions.Host";

    /// <summary>The path of the executable, of the same build configuration as the tests.</summary>
    public static string Path { get; } = Find();

    // The tests run from artifacts/bin/EndToEnd.Tests/<configuration>.
    private static string Find()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        var name = Project + (OperatingSystem.IsWindows() ? ".exe" : "");
        var path = System.IO.Path.Combine(own.Parent!.Parent!.FullName, Project, own.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException("The host is not built.", path);
    }
}
