using System.CommandLine;
using System.CommandLine.Parsing;

namespace Serverless.Functions.Host.Settings;

/// <summary>What the arguments of the process ask for.</summary>
internal abstract record CommandLine
{
    private CommandLine()
    {
    }

    /// <summary>Reads the arguments; every setting is an option that takes one value.</summary>
    /// <param name="args">The arguments of the process.</param>
    public static CommandLine Parse(string[] args)
    {
        var help = new Option<bool>("--help", "-h", "-?");
        var version = new Option<bool>("--version");
        var options = SettingCatalog.All.ToDictionary(
            static setting => setting,
            static setting => new Option<string>(setting.Option) { Arity = ArgumentArity.ExactlyOne });
        var command = new Command("serverless") { help, version };
        foreach (var option in options.Values)
        {
            command.Add(option);
        }

        var result = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.GetValue(help))
        {
            return new Help();
        }

        if (result.GetValue(version))
        {
            return new Version();
        }

        return ProblemsIn(result) is { Count: > 0 } problems ? new Refused(problems) : new Run(options
            .Where(pair => result.GetResult(pair.Value) is not null)
            .ToDictionary(static pair => pair.Key.Key, pair => result.GetValue(pair.Value)));
    }

    // An unknown option leaves its value over as well; only the option is worth naming.
    private static List<string> ProblemsIn(ParseResult result)
    {
        var unknown = result.UnmatchedTokens.Where(static token => token.StartsWith('-')).ToList();
        unknown = unknown.Count > 0 ? unknown : [.. result.UnmatchedTokens];
        return unknown.Count > 0
            ? [.. unknown.Select(static token => $"{token} is not an option; --help lists all of them.")]
            : [.. result.Errors.Select(Describe)];
    }

    private static string Describe(ParseError error)
    {
        var setting = SettingCatalog.All.FirstOrDefault(
            setting => error.SymbolResult is OptionResult { Option.Name: var name } && name == setting.Option);
        return (setting, error.SymbolResult?.Tokens.Count) switch
        {
            (null, _) => error.Message,
            (_, 0) => $"{setting.Option} has no value; it must be {setting.Expected}.",
            (_, var count) => $"{setting.Option} is given {count} times; it must be given once.",
        };
    }

    /// <summary>Show the help text.</summary>
    public sealed record Help : CommandLine;

    /// <summary>Show the version.</summary>
    public sealed record Version : CommandLine;

    /// <summary>Start a node.</summary>
    /// <param name="Options">What the options say, by the key of the setting.</param>
    public sealed record Run(IReadOnlyDictionary<string, string?> Options) : CommandLine;

    /// <summary>The arguments are wrong.</summary>
    /// <param name="Problems">What is wrong, in one sentence each.</param>
    public sealed record Refused(IReadOnlyList<string> Problems) : CommandLine;
}
