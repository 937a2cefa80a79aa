namespace Serverless.StorageEngine.Storage;

/// <summary>What a node knows of a storage service's silence. Pure; instants are those of one monotonic clock.</summary>
/// <param name="InFlight">Calls that are under way.</param>
/// <param name="Since">
/// When the first call began that nothing was heard after; null when the last call that began was answered.
/// </param>
internal readonly record struct StorageSilence(int InFlight, TimeSpan? Since)
{
    /// <summary>
    /// After this long without any answer, although someone asked, the service is taken for silent: some fifty times
    /// an ordinary answer, and short enough that few calls are swallowed before it is noticed.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Whether further calls should wait until something is heard.</summary>
    public bool IsSilent(TimeSpan now) => now - Since >= Limit;

    /// <summary>A call begins.</summary>
    public StorageSilence Began(TimeSpan now) => new(InFlight + 1, Since ?? now);

    /// <summary>A call was answered; those that are still under way have their time from now on.</summary>
    public StorageSilence Answered(TimeSpan now) => new(InFlight - 1, InFlight > 1 ? now : null);

    /// <summary>A call ended without an answer. That its caller lost patience early says nothing of the service.</summary>
    public StorageSilence GivenUp(TimeSpan now) => InFlight > 1 || IsSilent(now)
        ? this with { InFlight = InFlight - 1 }
        : default;

    /// <summary>Something was heard beside the calls.</summary>
    public StorageSilence Heard(TimeSpan now) => this with { Since = InFlight > 0 ? now : null };
}
