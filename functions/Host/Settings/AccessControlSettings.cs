using System.Collections.Immutable;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of who is let in, and who may do what beside the stored rights.</summary>
internal static class AccessControlSettings
{
    private static readonly SecuritySettings Defaults = new();

    /// <summary>What whoever shows nothing may do.</summary>
    public static readonly Setting<AnonymousSetting> Anonymous = Setting.Choice(
        "anonymous",
        AnonymousSetting.Auto,
        "what requests without key or token may do: nothing, what rights allow User:ANONYMOUS, everything; auto is all"
        + " for a local store on loopback addresses, else none");

    /// <summary>The second word that is needed to let them in from other machines.</summary>
    public static readonly Setting<YesOrNo> AnonymousBeyondLoopback = Setting.Choice(
        "anonymous-beyond-loopback",
        YesOrNo.No,
        "must be yes before --anonymous lets anybody in where other machines reach the node; on loopback addresses yes"
        + " lets requests without a key name any host, and not only this machine");

    /// <summary>Who may do everything.</summary>
    public static readonly Setting<string> SuperUsers = Setting.Text(
        "super-users",
        "",
        "one or more principals such as User:admin, separated by semicolons",
        "who may do everything, whatever the stored rights say",
        static text => TryPrincipals(text, out _));

    /// <summary>See <see cref="SecuritySettings.CacheAge"/>.</summary>
    public static readonly Setting<TimeSpan> CacheAge = Setting.Milliseconds(
        "security-cache-ms",
        Defaults.CacheAge,
        0,
        300_000,
        "how old the rights and keys may be by which this node decides, when another one changed them");

    /// <summary>Whether metrics are shown to anybody.</summary>
    public static readonly Setting<YesOrNo> MetricsOpen = Setting.Choice(
        "metrics-open",
        YesOrNo.No,
        "whether /metrics is shown to whoever asks; else DESCRIBE on the cluster is needed");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Anonymous, AnonymousBeyondLoopback, SuperUsers, CacheAge, MetricsOpen];

    /// <summary>Puts the values together, and checks that they go together.</summary>
    /// <param name="values">What the operator set.</param>
    /// <param name="storage">Where the data lies.</param>
    /// <param name="isReachable">Whether other machines reach the node.</param>
    public static AccessSettings Read(SettingValues values, StorageLocation storage, bool isReachable)
    {
        var anonymous = values.Get(Anonymous) switch
        {
            AnonymousSetting.Auto => isReachable || !storage.IsLocal ? AnonymousAccess.None : AnonymousAccess.All,
            AnonymousSetting.None => AnonymousAccess.None,
            AnonymousSetting.Acls => AnonymousAccess.Acls,
            _ => AnonymousAccess.All,
        };
        if (anonymous != AnonymousAccess.None && isReachable && values.Get(AnonymousBeyondLoopback) == YesOrNo.No)
        {
            values.Refuse(
                $"--anonymous is '{values.Get(Anonymous).ToString().ToLowerInvariant()}', and other machines reach this"
                + " node: whoever finds it would be let in without a key. If that is what you want,"
                + " --anonymous-beyond-loopback must be 'yes'; else --anonymous must be 'none', or --urls must name"
                + " loopback addresses only.");
        }

        TryPrincipals(values.Get(SuperUsers), out var super);
        return new AccessSettings
        {
            Anonymous = anonymous,
            OnLoopbackOnly = !isReachable && values.Get(AnonymousBeyondLoopback) == YesOrNo.No,
            SuperUsers = super,
            MetricsOpen = values.Get(MetricsOpen) == YesOrNo.Yes,
        };
    }

    private static bool TryPrincipals(string text, out ImmutableHashSet<Principal> principals)
    {
        var read = ImmutableHashSet.CreateBuilder<Principal>();
        principals = [];
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Principal.TryParse(part, out var principal, out _) || !principal.CanLogIn)
            {
                return false;
            }

            read.Add(principal);
        }

        principals = read.ToImmutable();
        return true;
    }
}
