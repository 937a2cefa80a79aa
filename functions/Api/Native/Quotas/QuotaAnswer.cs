using System.Text.Json;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Native.Quotas;

/// <summary>How quotas are written.</summary>
internal static class QuotaAnswer
{
    /// <summary>Writes the quotas of one principal or topic; what is not limited is left out.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="entity">Whose they are.</param>
    /// <param name="limits">The quotas.</param>
    public static void Write(Utf8JsonWriter json, QuotaEntity entity, QuotaLimits limits)
    {
        json.WriteString("entity_type", QuotaWords.Of(entity.Type));
        json.WriteString("entity_name", entity.Name);
        foreach (var kind in Enum.GetValues<QuotaKind>())
        {
            if (limits.Of(kind) is { } rate)
            {
                json.WriteNumber(QuotaWords.Of(kind), rate);
            }
        }
    }
}
