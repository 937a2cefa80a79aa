namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>How many records a group has got so far, over all its instances.</summary>
internal sealed class RecordCount
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long records) => Interlocked.Add(ref _value, records);
}
