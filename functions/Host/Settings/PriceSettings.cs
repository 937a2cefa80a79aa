using Serverless.StorageEngine.Retention.Cost;

namespace Serverless.Functions.Host.Settings;

/// <summary>What the storage service charges, for estimates of a topic's bill.</summary>
internal static class PriceSettings
{
    private static readonly StoragePrices Defaults = new();

    /// <summary>See <see cref="StoragePrices.Append"/>.</summary>
    public static readonly Setting<decimal> Append = Setting.Usd(
        "price-append-usd", Defaults.Append, "what one write operation of blobs costs in the account's region");

    /// <summary>See <see cref="StoragePrices.Read"/>.</summary>
    public static readonly Setting<decimal> Read = Setting.Usd(
        "price-read-usd", Defaults.Read, "what one read operation of blobs costs");

    /// <summary>See <see cref="StoragePrices.Table"/>.</summary>
    public static readonly Setting<decimal> Table = Setting.Usd(
        "price-table-usd", Defaults.Table, "what one table operation costs");

    /// <summary>See <see cref="StoragePrices.StoredGbMonth"/>.</summary>
    public static readonly Setting<decimal> StoredGbMonth = Setting.Usd(
        "price-stored-gb-month-usd", Defaults.StoredGbMonth, "what a GiB of append blobs costs a month");

    /// <summary>See <see cref="StoragePrices.CopiesGbMonth"/>.</summary>
    public static readonly Setting<decimal> CopiesGbMonth = Setting.Usd(
        "price-copies-gb-month-usd",
        Defaults.CopiesGbMonth,
        "what a GiB of copies costs a month; less where a lifecycle rule moves them to a cooler tier");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Append, Read, Table, StoredGbMonth, CopiesGbMonth];

    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static StoragePrices Of(SettingValues values) => new()
    {
        Append = values.Get(Append),
        Read = values.Get(Read),
        Table = values.Get(Table),
        StoredGbMonth = values.Get(StoredGbMonth),
        CopiesGbMonth = values.Get(CopiesGbMonth),
    };
}
