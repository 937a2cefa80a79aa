using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class TopicPatternTests
{
    [Fact]
    public void A_pattern_may_be_as_long_as_the_limit_and_no_longer()
    {
        Assert.True(TopicPattern.TryParse(new string('a', TopicPattern.LengthMax), out _, out _));

        Assert.False(TopicPattern.TryParse(new string('a', TopicPattern.LengthMax + 1), out _, out var problem));
        Assert.Equal(
            $"The pattern has {TopicPattern.LengthMax + 1} characters; {TopicPattern.LengthMax} are allowed.", problem);
    }

    [Fact]
    public void Patterns_of_the_same_text_are_the_same()
    {
        Assert.Equal(Of("a.*"), Of("a.*"));
        Assert.NotEqual(Of("a.*"), Of("b.*"));
        Assert.False(Of("a.*").Equals(null));
    }

    private static TopicPattern Of(string text)
    {
        Assert.True(TopicPattern.TryParse(text, out var pattern, out _));
        return pattern;
    }
}
