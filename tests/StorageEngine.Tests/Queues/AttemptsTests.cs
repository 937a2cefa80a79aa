using Serverless.StorageEngine.Queues;

namespace Serverless.StorageEngine.Tests.Queues;

public sealed class AttemptsTests
{
    private readonly Attempts<string> _attempts = new();
    private readonly StoredSharePartition _row = new(QueueWords.Fresh(), null, 7, []);

    [Fact]
    public void A_write_that_the_row_shows_is_found_and_one_that_it_has_moved_on_without_never_happens()
    {
        _attempts.Begin(_row, 1, Did("a"));
        _attempts.Begin(_row, 2, Did("b"));

        Assert.Null(_attempts.Find(_row));
        Assert.Equal(Did("b"), _attempts.Find(_row.After(_row.State, 2).After(_row.State, 9)));
        Assert.Null(_attempts.Find(_row.After(_row.State, 8)));
        Assert.Null(_attempts.Find(_row.After(_row.State, 8).After(_row.State, 1)));
    }

    [Fact]
    public void A_write_whose_outcome_is_known_is_looked_for_no_more()
    {
        _attempts.Begin(_row, 1, Did("a"));
        _attempts.End(1);

        Assert.Null(_attempts.Find(Later(40)));
    }

    [Fact]
    public void A_row_that_was_written_too_often_since_does_not_tell()
    {
        _attempts.Begin(_row, 1, Did("a"));

        Assert.Equal(new Attempt<string>(IsKnown: false, null), _attempts.Find(Later(17)));
    }

    [Fact]
    public void As_many_writes_as_a_row_remembers_tell_for_certain()
    {
        _attempts.Begin(_row, 1, Did("a"));

        Assert.Null(_attempts.Find(Later(16)));
    }

    private static Attempt<string> Did(string what) => new(IsKnown: true, what);

    private StoredSharePartition Later(int writes)
    {
        var row = _row;
        for (var write = 0; write < writes; write++)
        {
            row = row.After(row.State, 100 + write);
        }

        return row;
    }
}
