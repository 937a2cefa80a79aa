using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>The query parameters of Event Grid's routes. Pure; unknown ones are passed over, as Azure does.</summary>
internal static class EventGridQuery
{
    private static readonly string[] Versions = ["2024-06-01", "2023-11-01"];
    private static readonly int[] Delays = [0, 10, 60, 600, 3600];

    /// <summary>Refuses an <c>api-version</c> that may mean something else; without one, the newest counts.</summary>
    public static ValueTask<object?> RefuseOtherVersionsAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var version = call.HttpContext.Request.Query["api-version"].ToString();
        return version.Length == 0 || Versions.Contains(version)
            ? next(call)
            : ValueTask.FromResult<object?>(new ProblemResult(Problem.InvalidRequest(
                $"'api-version' is {Quotation.Of(version)}; known are {string.Join(" and ", Versions)}.")));
    }

    /// <summary>Reads how much, and how long, a receive asks for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="eventsMax"><c>maxEvents</c>: 1 to 100, 1 by default.</param>
    /// <param name="wait"><c>maxWaitTime</c>: 10 to 120 seconds, 60 by default.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? ReadReceive(IQueryCollection query, out int eventsMax, out TimeSpan wait)
    {
        var broken = ReadNumber(query, "maxEvents", 1, 100, 1, out eventsMax);
        var brokenToo = ReadNumber(query, "maxWaitTime", 10, 120, 60, out var seconds);
        wait = TimeSpan.FromSeconds(seconds);
        return broken ?? brokenToo;
    }

    /// <summary>Reads how long a release asks to wait.</summary>
    /// <param name="query">The query.</param>
    /// <param name="delay"><c>releaseDelayInSeconds</c>: one of a few values, 0 by default.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? ReadDelay(IQueryCollection query, out TimeSpan delay)
    {
        var text = query["releaseDelayInSeconds"].ToString();
        var valid = QueryText.TryNumber(text.Length == 0 ? "0" : text, out var seconds)
            && Array.Exists(Delays, known => known == seconds);
        delay = valid ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return valid
            ? null
            : $"'releaseDelayInSeconds' is {Quotation.Of(text)}; it is {string.Join(", ", Delays[..^1])} or "
                + $"{Delays[^1]}.";
    }

    private static string? ReadNumber(
        IQueryCollection query, string name, int least, int most, int standard, out int value)
    {
        var text = query[name].ToString();
        value = standard;
        if (text.Length == 0)
        {
            return null;
        }

        if (!QueryText.TryNumber(text, out var number) || number < least || number > most)
        {
            return $"'{name}' is {Quotation.Of(text)}; it is a number from {least} to {most}.";
        }

        value = (int)number;
        return null;
    }
}
