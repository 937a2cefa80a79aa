using Serverless.Benchmarks.Flights;

namespace Serverless.Benchmarks.Start;

/// <summary>A program of the node.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Executable">What is started.</param>
internal sealed record StartProgram(string Name, string Executable)
{
    private const string Published = "artifacts/azd";

    /// <summary>The build beside this one, what is published below the working folder, and others.</summary>
    /// <param name="apps">A name and the folder of each program that was published.</param>
    public static IReadOnlyList<StartProgram> Find(IReadOnlyList<(string Name, string Folder)> apps)
    {
        var published = new StartProgram("ReadyToRun, as `infra/publish.sh` makes it", ExecutableIn(Published));
        return
        [
            new("plain build", HostProcess.Executable),
            .. File.Exists(published.Executable) ? [published] : Array.Empty<StartProgram>(),
            .. apps.Select(static app => new StartProgram(app.Name, ExecutableIn(app.Folder))),
        ];
    }

    /// <summary>The bytes of its folder: what has to be brought to a machine that has at most .NET.</summary>
    public long FolderBytes() => new FileInfo(Executable).Directory!
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Sum(static file => file.Length);

    private static string ExecutableIn(string folder) =>
        Path.GetFullPath(Path.Combine(folder, Path.GetFileName(HostProcess.Executable)));
}
