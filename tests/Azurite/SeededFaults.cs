namespace Serverless.Azurite;

/// <summary>Draws what happens to each request of one <see cref="FaultProxy"/> from a seed.</summary>
/// <remarks>
/// Each seed has its own mix of faults and its own rate, also none: a constant mix misses what only a rare one meets.
/// The draws repeat with the seed; which request meets which draw depends on the run.
/// </remarks>
public sealed class SeededFaults
{
    private static readonly ProxyFault[] Kinds =
    [
        ProxyFault.LoseRequest, ProxyFault.LoseAnswer, ProxyFault.ResetAnswer, ProxyFault.AnswerWith500,
        ProxyFault.AnswerWith503, ProxyFault.RefuseWith503, ProxyFault.KeepSilent, ProxyFault.AnswerWithNonsense,
        ProxyFault.CutAnswer,
    ];

    private static readonly double[] Rates = [0, 0.005, 0.02, 0.05];

    // From what a client does not notice to what makes it give up and try again while the request is on its way.
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly ProxyFault[] _mix;
    private readonly double _faultRate;
    private readonly double _delayRate;
    private ProxyFault? _everything;
    private bool _isHealed;
    private int _requests;
    private int _faults;
    private int _delays;

    /// <summary>Draws the mix.</summary>
    /// <param name="seed">Decides everything.</param>
    public SeededFaults(int seed)
    {
        _random = new Random(seed);
        _mix = [.. Kinds.Where(_ => _random.Next(2) == 0)];
        _faultRate = _mix.Length == 0 ? 0 : Rates[_random.Next(Rates.Length)];
        _delayRate = Rates[_random.Next(Rates.Length)];
    }

    /// <summary>How many requests came, and how many of them met a fault or a delay.</summary>
    public (int Requests, int Faults, int Delays) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_requests, _faults, _delays);
            }
        }
    }

    /// <summary>The mix in one line.</summary>
    public override string ToString() =>
        $"faults {_faultRate:P1} of {(_mix.Length == 0 ? "no kind" : string.Join(", ", _mix))}; delays {_delayRate:P1}";

    /// <summary>The fate of the next request, for <see cref="FaultProxy.Choose"/>.</summary>
    public RequestFate Next(string requestLine)
    {
        lock (_lock)
        {
            _requests++;
            var fate = _isHealed ? ProxyFault.None : _everything is { } fault ? fault : Draw();
            _faults += fate.Fault == ProxyFault.None ? 0 : 1;
            _delays += fate.RequestDelay + fate.AnswerDelay > TimeSpan.Zero ? 1 : 0;
            return fate;
        }
    }

    /// <summary>Every request meets this fault from now on, until <see cref="EndOutage"/>.</summary>
    public void BeginOutage(ProxyFault fault)
    {
        lock (_lock)
        {
            _everything = fault;
        }
    }

    /// <summary>Back to the mix.</summary>
    public void EndOutage()
    {
        lock (_lock)
        {
            _everything = null;
        }
    }

    /// <summary>No fault and no delay from now on.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _isHealed = true;
        }
    }

    private RequestFate Draw()
    {
        var fault = _random.NextDouble() < _faultRate ? _mix[_random.Next(_mix.Length)] : ProxyFault.None;
        return _random.NextDouble() >= _delayRate ? fault
            : _random.Next(2) == 0 ? new RequestFate(fault, RequestDelay: DrawDelay())
            : new RequestFate(fault, AnswerDelay: DrawDelay());
    }

    // Even over the orders of magnitude: as many of some milliseconds as of some seconds.
    private TimeSpan DrawDelay() =>
        DelayMin * Math.Pow(DelayMax / DelayMin, _random.NextDouble());
}
