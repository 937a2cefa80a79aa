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
    /// <param name="records">What became of the records, in request order.</param>
    public static IResult Of(IReadOnlyList<ProducedRecord> records) =>
        ProblemOf(records) is { } problem
            ? new ProblemResult(problem)
            : new JsonResult(json =>
            {
                json.WriteNumber("records", records.Count);
                WriteOffsets(json, records);
            });

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
            : worst with
            {
                // What is not known weighs more than what is known to be there.
                Effects = durable > 0 && EffectsOf(worst) == SideEffects.None ? SideEffects.Applied : worst.Effects,
                Members = json =>
                {
                    json.WriteNumber("records", durable);
                    WriteOffsets(json, records);
                },
            };
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
                json.WriteNumber("timestamp", record.Timestamp);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
