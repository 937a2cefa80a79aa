using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Read;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// Reads on until there is an event, past records that are none, as long as the client wants to wait.
/// </summary>
/// <param name="engine">What the endpoints work with.</param>
/// <param name="reader">Where to begin; afterwards behind everything that was looked at.</param>
/// <param name="query">How much to take, and how long to wait.</param>
/// <param name="compression">The codecs of the request.</param>
internal sealed class EventSearch(
    Engine engine, TopicReader reader, ReadQuery query, CountedCompression compression)
{
    /// <summary>
    /// After so many records that are no events in a row the answer is given without one: it leads on behind them, and
    /// no request takes longer than a page of records.
    /// </summary>
    public const int SkippedMax = 1_000;

    private readonly List<FetchedBatch> _batches = [];

    /// <summary>What was read last; no events are in what came before.</summary>
    public IReadOnlyList<FetchedBatch> Batches => _batches;

    /// <summary>The codecs of the request.</summary>
    public CountedCompression Compression => compression;

    /// <summary>The number of records that are no events, of all that was looked at.</summary>
    public int Skipped { get; private set; }

    /// <summary>The number of events among <see cref="Batches"/>.</summary>
    public int Events { get; private set; }

    /// <summary>The most attributes that an event may have.</summary>
    public int AttributesMax => engine.Settings.RecordHeadersMax;

    /// <summary>Searches.</summary>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <returns>Why the read cannot go on; null when it ended, with events or without.</returns>
    public async ValueTask<Problem?> RunAsync(CancellationToken cancellationToken)
    {
        var began = engine.Time.GetTimestamp();
        while (true)
        {
            _batches.Clear();
            var problem = await reader.ReadAsync(query.RecordsMax, query.BytesMax, _batches, cancellationToken)
                ?? compression.AdmitFetched(_batches);
            if (problem is not null)
            {
                return problem;
            }

            Count();
            if (Events > 0 || Skipped >= SkippedMax)
            {
                return null;
            }

            var left = query.Wait - engine.Time.GetElapsedTime(began);
            if (_batches.Count == 0
                && (left <= TimeSpan.Zero || !await reader.WaitAsync(left, cancellationToken)))
            {
                return null;
            }
        }
    }

    private void Count()
    {
        foreach (var batch in _batches)
        {
            var records = batch.Records(compression);
            while (records.MoveNext())
            {
                CloudEventRecord.Read(records.Current.Headers, records.Current.Value, AttributesMax, out var read);
                if (read is null)
                {
                    Skipped++;
                }
                else
                {
                    Events++;
                }
            }
        }
    }
}
