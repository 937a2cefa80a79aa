using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.StorageEngine.Storage;

/// <summary>Reads rows whose content is JSON, so that an operator can read them in any table browser.</summary>
internal static class RowJson
{
    /// <summary>Reads a row's content.</summary>
    /// <exception cref="CorruptDataException">The content is not what this version writes.</exception>
    public static T Read<T>(TableRow row, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(row.Value.Span, type)
                ?? throw new CorruptDataException($"Row {row.Key}: expected {typeof(T).Name}, found null.");
        }
        catch (JsonException exception)
        {
            throw new CorruptDataException($"Row {row.Key}: expected {typeof(T).Name}; {exception.Message}");
        }
    }

    /// <summary>Reads a row's content and checks the row's form.</summary>
    /// <param name="row">The row.</param>
    /// <param name="type">What it holds.</param>
    /// <param name="formOf">The form that the content states.</param>
    /// <param name="form">The form that it should have.</param>
    /// <exception cref="CorruptDataException">The content is not what this version writes.</exception>
    public static T Read<T>(TableRow row, JsonTypeInfo<T> type, Func<T, int> formOf, int form = 1)
        where T : class
    {
        var stored = Read(row, type);
        return formOf(stored) == form
            ? stored
            : throw new CorruptDataException(
                $"Row {row.Key}: expected {typeof(T).Name} of form {form}, found form {formOf(stored)}.");
    }
}
