using CsCheck;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("...")]
    [InlineData(".a")]
    [InlineData("_")]
    [InlineData("-")]
    [InlineData("__consumer_offsets")]
    [InlineData("AZaz09._-")]
    public void Letters_digits_dots_underscores_and_dashes_make_a_name(string text)
    {
        Assert.True(TopicName.TryParse(text, out var name, out _));
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData(null, "the empty string is not allowed")]
    [InlineData("", "the empty string is not allowed")]
    [InlineData(".", "'.' or '..' is not allowed")]
    [InlineData("..", "'.' or '..' is not allowed")]
    [InlineData("a b", "'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("a/b", "'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("é", "'é' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    public void Anything_else_is_refused_with_Kafkas_sentence(string? text, string expected)
    {
        Assert.False(TopicName.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_name_has_at_most_249_characters()
    {
        Assert.True(TopicName.TryParse(new string('x', 249), out _, out _));
        Assert.False(TopicName.TryParse(new string('x', 250), out _, out var problem));
        Assert.EndsWith("is longer than the max allowed length 249", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_leaves_room_for_the_numbers_of_its_partitions_and_survives_its_text() =>
        Gen.Int.Sample(seed =>
        {
            var id = TopicId.Create(new Random(seed));
            Assert.Equal(0UL, id.Value.Low & (TopicId.PartitionsMax - 1));
            Assert.Equal(id, TopicId.Parse(id.ToString()));
        });
}
