using CsCheck;
using Serverless.StorageEngine.Queues;

namespace Serverless.StorageEngine.Tests.Queues;

public sealed class LockTokenTests
{
    private static readonly QueueId Queue = QueueWords.Queue();

    [Fact]
    public void Every_token_is_read_as_it_was_written_and_fits_into_a_url() =>
        Gen.Select(Gen.Int.NonNegative, Gen.Long[0, long.MaxValue], Gen.ULong).Sample((partition, offset, id) =>
        {
            var text = new LockToken(partition, offset, id).Encode(Queue);

            Assert.True(LockToken.TryParse(text, Queue, out var token));
            Assert.Equal(new LockToken(partition, offset, id), token);
            Assert.Equal(LockToken.Length, text.Length);
            Assert.Equal(text, Uri.EscapeDataString(text));
        });

    [Fact]
    public void A_token_with_any_other_character_is_none()
    {
        var text = new LockToken(1, 2, 3).Encode(Queue);
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var other in "Ab0-_=+ \u00e9".Where(other => other != text[at]))
            {
                var changed = $"{text[..at]}{other}{text[(at + 1)..]}";
                Assert.False(LockToken.TryParse(changed, Queue, out _), changed);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_text_of_another_length_is_no_token(string text) =>
        Assert.False(LockToken.TryParse(text, Queue, out _));

    [Fact]
    public void A_token_of_another_queue_is_none_of_this_one()
    {
        var text = new LockToken(1, 2, 3).Encode(Queue);

        Assert.False(LockToken.TryParse(text, QueueWords.Queue(group: "h"), out _));
        Assert.False(LockToken.TryParse(text, QueueWords.Queue(topic: "u"), out _));
    }
}
