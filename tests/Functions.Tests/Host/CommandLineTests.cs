using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Tests.Host;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--urls", "x", "--help")]
    public void Help_is_shown_whatever_else_is_there(params string[] arguments) =>
        Assert.IsType<CommandLine.Help>(CommandLine.Parse(arguments));

    [Fact]
    public void The_version_is_shown() => Assert.IsType<CommandLine.Version>(CommandLine.Parse(["--version"]));

    [Fact]
    public void An_unknown_option_is_named_without_its_value() =>
        Assert.Equal("--colour is not an option; --help lists all of them.", Problem("--colour", "blue"));

    [Fact]
    public void A_stray_word_is_named() =>
        Assert.Equal("start is not an option; --help lists all of them.", Problem("start"));

    [Fact]
    public void An_option_without_a_value_is_named_with_what_it_takes() =>
        Assert.Equal("--data has no value; it must be the path of a folder that can be written.", Problem("--data"));

    [Fact]
    public void An_option_that_is_given_twice_is_refused() =>
        Assert.Equal("--data is given 2 times; it must be given once.", Problem("--data", "a", "--data", "b"));

    private static string Problem(params string[] arguments) =>
        Assert.Single(Assert.IsType<CommandLine.Refused>(CommandLine.Parse(arguments)).Problems);
}
