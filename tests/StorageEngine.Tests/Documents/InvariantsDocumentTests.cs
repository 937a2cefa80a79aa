using System.Text.RegularExpressions;
using Serverless.StorageEngine.Simulation.Checking;

namespace Serverless.StorageEngine.Tests.Documents;

/// <summary>Keeps <c>storage-engine/INVARIANTS.md</c> true: what it names as a test is one.</summary>
public sealed partial class InvariantsDocumentTests
{
    private static readonly string Text = Repository.Read("storage-engine/INVARIANTS.md");

    [Fact]
    public void Every_test_that_an_invariant_names_is_a_test_of_that_class()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .ToArray();
        var named = TestName.Matches(Text);

        var missing = named.Where(name => !Array.Exists(sources, source => Declares(source, name)));

        Assert.NotEmpty(named);
        Assert.Empty(missing.Select(static name => name.Value));
    }

    [Fact]
    public void Every_invariant_has_its_own_number_and_a_test_or_says_that_it_does_not_hold_yet()
    {
        var numbers = new HashSet<string>();
        foreach (var item in Text.Split("\n- ").Skip(1))
        {
            var number = Number.Match(item).Groups["number"].Value;
            Assert.True(number.Length > 0, $"'{item}' does not begin with a number such as L1.");
            Assert.True(numbers.Add(number), $"{number} is there twice.");
            var isOpen = item.Contains("** Not yet: ", StringComparison.Ordinal);
            Assert.True(isOpen || TestName.IsMatch(item), $"{number} names no test.");
        }

        Assert.NotEmpty(numbers);
    }

    [Fact]
    public void Every_promise_is_kept_by_invariants_that_are_there()
    {
        var promises = PromiseRow.Matches(Text);

        Assert.Equal("12345678", string.Concat(promises.Select(static row => row.Groups["promise"].Value)));
        Assert.All(
            promises.SelectMany(static row => NumberAlone.Matches(row.Groups["numbers"].Value)),
            static number => Assert.Contains($"\n- **{number.Value}** ", Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_anomaly_of_the_checker_contradicts_invariants_that_are_there()
    {
        var anomalies = AnomalyRow.Matches(Text);

        Assert.Equal(Enum.GetNames<AnomalyKind>(), anomalies.Select(static row => row.Groups["anomaly"].Value));
        Assert.All(
            anomalies.SelectMany(static row => NumberAlone.Matches(row.Groups["numbers"].Value)),
            static number => Assert.Contains($"\n- **{number.Value}** ", Text, StringComparison.Ordinal));
    }

    private static bool Declares(string source, Match name)
    {
        var (type, method) = (name.Groups["class"].Value, name.Groups["method"].Value);
        var test = $@"\[(Fact|Theory)\b((?!\bpublic\b).)*\bpublic [^;{{}}(]*\b{method}\(";
        return Regex.IsMatch(source, $@"\bclass {type}\b") && Regex.IsMatch(source, test, RegexOptions.Singleline);
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w*)\.(?<method>[A-Z]\w*)`")]
    private static partial Regex TestName { get; }

    [GeneratedRegex(@"^\*\*(?<number>[A-Z][1-9][0-9]*)\*\* ")]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"^\| (?<promise>\d) [^|]*\|(?<numbers>[^|]*[A-Z][1-9][^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex PromiseRow { get; }

    [GeneratedRegex(@"^\| `(?<anomaly>\w+)` \|(?<numbers>[^|]*[A-Z][1-9][^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex AnomalyRow { get; }

    [GeneratedRegex(@"\b[A-Z][1-9][0-9]*\b")]
    private static partial Regex NumberAlone { get; }
}
