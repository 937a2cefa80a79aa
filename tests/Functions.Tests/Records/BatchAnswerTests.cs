using CsCheck;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Tests.Records;

public sealed class BatchAnswerTests
{
    [Fact]
    public void Each_record_is_found_in_its_run() =>
        Gen.Int[1, 5].Array[1, 20].Sample(counts =>
        {
            var runs = new List<StoredRun>();
            var expected = new List<long>();
            foreach (var count in counts)
            {
                var baseOffset = 1000L * (runs.Count + 1);
                runs.Add(new StoredRun(expected.Count, count, baseOffset, null, Duplicate: true));
                expected.AddRange(Enumerable.Range(0, count).Select(i => baseOffset + i));
            }

            var answer = new BatchAnswer(runs, null);

            Assert.Equal(expected.Count, answer.StoredRecords);
            Assert.Equal(expected, expected.Select((_, index) => OffsetOf(answer, index)));
            Assert.False(answer.TryFind(expected.Count, out _));
        });

    [Fact]
    public void A_failed_batch_has_no_record_in_the_log()
    {
        var answer = BatchAnswer.Failed(Api.Errors.Problem.InvalidRequest("Why."));

        Assert.False(answer.TryFind(0, out _));
    }

    [Theory]
    [InlineData(null, false, false, 5)]
    [InlineData(null, false, true, 5)]
    [InlineData(null, true, true, 5)]
    [InlineData(null, true, false, null)]
    [InlineData(7, true, false, 7)]
    [InlineData(7, false, true, 7)]
    public void Only_the_log_knows_what_time_the_first_try_gave(
        int? appendTime, bool duplicate, bool isOwn, int? expected)
    {
        var run = new StoredRun(0, 1, 0, appendTime, duplicate);

        Assert.Equal(expected, run.TimestampOf(5, isOwn));
    }

    private static long OffsetOf(BatchAnswer answer, int index)
    {
        Assert.True(answer.TryFind(index, out var run));
        return run.OffsetOf(index);
    }
}
