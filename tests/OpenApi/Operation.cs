using System.Text.RegularExpressions;

namespace Serverless.OpenApi;

/// <summary>One method of one path, at one of its servers.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Template">
/// What the server adds in front, and the path, as <c>/kafka/v3/clusters/{cluster_id}</c>.
/// </param>
/// <param name="Item">The path item.</param>
/// <param name="Place">The operation.</param>
public sealed record Operation(string Method, string Template, Place Item, Place Place)
{
    private readonly Regex _path = new(
        $"^{Regex.Replace(Regex.Escape(Template), @"\\\{[^}]*}", "[^/]+")}$", RegexOptions.CultureInvariant);

    /// <summary>Fewer come first: a path without parameters wins over one that has some.</summary>
    public int Parameters { get; } = Template.Count(static letter => letter == '{');

    /// <summary>More come first: a path that goes on behind a parameter wins over one that ends there.</summary>
    public int Literals { get; } = Regex.Replace(Template, @"\{[^}]*}", "").Length;

    /// <summary>Its name in messages.</summary>
    public string Name => $"{Method} {Template}";

    /// <summary>Whether a path is one of this operation's.</summary>
    public bool Covers(string path) => _path.IsMatch(path);
}
