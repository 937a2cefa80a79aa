namespace Serverless.Infra.Tests;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the templates.</summary>
    public static string Infra { get; } = Path.Combine(Root, "infra");

    /// <summary>The templates and their parameter files, by their paths below <see cref="Infra"/>.</summary>
    public static IReadOnlyList<string> BicepFiles { get; } =
    [
        .. Directory.EnumerateFiles(Infra, "*.bicep*", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(Infra, path))
            .Where(static path => Path.GetExtension(path) is ".bicep" or ".bicepparam")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A text file, by its path below <see cref="Root"/>, with line feeds.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Serverless.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Serverless.sln.");
    }
}
