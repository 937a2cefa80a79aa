using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>Answers a request that was to be appended as a whole. Pure.</summary>
internal static class ProduceAnswers
{
    /// <summary>
    /// The offsets in request order when everything is durable; else a problem that tells record by record.
    /// </summary>
    /// <param name="response">Gets the partition's next offset as <c>ETag</c> when the path names one.</param>
    /// <param name="found">Topic and partition of the path.</param>
    /// <param name="records">What became of the records, in request order.</param>
    public static IResult Of(HttpResponse response, TopicSearch.Found found, IReadOnlyList<ProducedRecord> records)
    {
        if (ProblemOf(records) is { } problem)
        {
            return new ProblemResult(problem);
        }

        if (found.Partition is not null && records.Count > 0)
        {
            NextOffsetTag.Write(response, records[^1].Offset + 1);
        }

        return new JsonResult(json =>
        {
            json.WriteNumber("records", records.Count);
            WriteDuplicate(json, records.Count > 0 && records.All(static record => record.Duplicate));
            WriteOffsets(json, records);
        });
    }

    /// <summary>Says that everything was stored by an earlier request; nothing where that is not so.</summary>
    public static void WriteDuplicate(Utf8JsonWriter json, bool duplicate)
    {
        if (duplicate)
        {
            json.WriteBoolean("duplicate", true);
        }
    }

    private static Problem? ProblemOf(IReadOnlyList<ProducedRecord> records)
    {
        Problem? worst = null;
        var durable = 0;
        foreach (var record in records)
        {
            if (record.Problem is not { } problem)
            {
                durable++;
            }
            else if (worst is null || EffectsOf(problem) > EffectsOf(worst))
            {
                worst = problem;
            }
        }

        return worst is null
            ? null
            : (worst with
            {
                // What is not known weighs more than what is known to be there.
                Effects = durable > 0 && EffectsOf(worst) == SideEffects.None ? SideEffects.Applied : worst.Effects,
            }).With(json =>
            {
                json.WriteNumber("records", durable);
                WriteOffsets(json, records);
            });
    }

    private static SideEffects EffectsOf(Problem problem) => problem.Effects ?? problem.Rule.SideEffects;

    private static void WriteOffsets(Utf8JsonWriter json, IReadOnlyList<ProducedRecord> records)
    {
        json.WriteStartArray("offsets");
        foreach (var record in records)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", record.Partition);
            if (record.Problem is { } problem)
            {
                json.WriteString("code", problem.Rule.Name);
                json.WriteString("side_effects", ProblemRules.NameOf(EffectsOf(problem)));
            }
            else
            {
                json.WriteNumber("offset", record.Offset);
                if (record.Timestamp is { } timestamp)
                {
                    json.WriteNumber("timestamp", timestamp);
                }

                WriteDuplicate(json, record.Duplicate);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
