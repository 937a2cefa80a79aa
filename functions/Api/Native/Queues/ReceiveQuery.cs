using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>What a receive asks for. Pure.</summary>
/// <param name="Request">How much, how long, and for whom.</param>
/// <param name="Form">How keys and values are written.</param>
internal sealed record ReceiveQuery(ReceiveRequest Request, ValueForm Form)
{
    /// <summary>The records of a receive that does not say how many.</summary>
    public const int LimitDefault = 10;

    /// <summary>
    /// Reads the query of a request: <c>limit</c>, <c>max_bytes</c>, <c>wait</c>, <c>receiver</c>, <c>value</c>.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="read">What it asks for, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(IQueryCollection query, ApiSettings settings, out ReceiveQuery read)
    {
        var bytesMost = Math.Min(settings.PageBytesMax, QueueLimits.ReceiveBytesMax);
        var (limit, bytes) = (LimitDefault, Math.Min(settings.PageBytesDefault, bytesMost));
        var (wait, form, receiver) = (TimeSpan.Zero, ValueForm.Auto, query["receiver"].ToString());
        var broken = ReadNumber(query, "limit", QueueLimits.RecordsPerRequestMax, ref limit)
            ?? ReadNumber(query, "max_bytes", bytesMost, ref bytes)
            ?? ReadWait(query["wait"].ToString(), settings.WaitMax, ref wait)
            ?? ReadForm(query["value"].ToString(), ref form)
            ?? (receiver.Length > 0 && ReceiveRequest.ProblemOf(receiver) is { } rule
                ? $"'receiver' is {Quotation.Of(receiver)}; it is {rule}."
                : null);
        read = new ReceiveQuery(
            new ReceiveRequest(limit, bytes, wait, receiver.Length > 0 ? receiver : null), form);
        return broken;
    }

    private static string? ReadNumber(IQueryCollection query, string name, int most, ref int value)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (!QueryText.TryNumber(text, out var number) || number < 1 || number > most)
        {
            return $"'{name}' is {Quotation.Of(text)}; it is a number from 1 to {most}.";
        }

        value = (int)number;
        return null;
    }

    private static string? ReadWait(string text, TimeSpan most, ref TimeSpan wait) =>
        text.Length == 0 || (QueryText.TryDuration(text, out wait) && wait <= most)
            ? null
            : $"'wait' is {Quotation.Of(text)}; it is a time like 500ms or 5s, up to {most.TotalSeconds:0}s.";

    private static string? ReadForm(string text, ref ValueForm form)
    {
        form = text switch
        {
            "json" => ValueForm.Json,
            "text" => ValueForm.Text,
            "base64" => ValueForm.Base64,
            _ => ValueForm.Auto,
        };
        return text is "" or "auto" || form != ValueForm.Auto
            ? null
            : $"'value' is {Quotation.Of(text)}; it is auto, json, text or base64.";
    }
}
