using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class StorageAccountTests
{
    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [InlineData(ParameterSet.Dev, 1)]
    [InlineData(ParameterSet.Prod, 1)]
    [InlineData(ParameterSet.Wide, 3)]
    public void There_is_one_account_for_the_host_one_for_rows_and_as_many_for_segments_as_asked_for(
        string set, int logAccounts)
    {
        var snapshot = Snapshot.Read(set);

        Assert.Equal(logAccounts, snapshot.LogAccounts.Count);
        Assert.Equal(2 + logAccounts, snapshot.Accounts.Count);
        Assert.All(snapshot.Accounts, static account => Assert.InRange(account.Name.Length, 3, 24));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_account_takes_keys_or_local_users(string set) => Assert.All(
        Snapshot.Read(set).Accounts,
        static account =>
        {
            Assert.False(account.Switch("properties.allowSharedKeyAccess"), $"{account} takes keys.");
            Assert.False(account.Switch("properties.isLocalUserEnabled"), $"{account} takes local users.");
            Assert.False(account.Switch("properties.isSftpEnabled"), $"{account} takes SFTP.");
            Assert.True(account.Switch("properties.defaultToOAuthAuthentication"), $"{account} prefers keys.");
            Assert.False(account.Switch("properties.allowCrossTenantReplication"), $"{account} may be copied away.");
        });

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_account_takes_only_https_with_tls_1_2_or_newer(string set) => Assert.All(
        Snapshot.Read(set).Accounts,
        static account =>
        {
            Assert.True(account.Switch("properties.supportsHttpsTrafficOnly"), $"{account} takes HTTP.");
            Assert.Contains(account.Text("properties.minimumTlsVersion"), (string[])["TLS1_2", "TLS1_3"]);
        });

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_blob_is_public(string set)
    {
        var snapshot = Snapshot.Read(set);

        Assert.All(
            snapshot.Accounts,
            static account => Assert.False(account.Switch("properties.allowBlobPublicAccess"), $"{account} may."));
        Assert.All(
            snapshot.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"),
            static container => Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    // Premium accounts have no tables and may have no append blobs; a hierarchical namespace changes what a blob is.
    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_account_has_append_blobs_and_tables(string set) => Assert.All(
        Snapshot.Read(set).Accounts,
        static account =>
        {
            Assert.Equal("StorageV2", account.Text("kind"));
            Assert.StartsWith("Standard_", account.Text("sku.name"), StringComparison.Ordinal);
            Assert.False(account.Switch("properties.isHnsEnabled"));
        });

    [Theory]
    [InlineData(ParameterSet.Dev, 1)]
    [InlineData(ParameterSet.Prod, 7)]
    [InlineData(ParameterSet.Wide, 3)]
    public void Deleted_blobs_stay_for_some_days_and_versions_are_not_kept(string set, int days)
    {
        var snapshot = Snapshot.Read(set);
        var services = snapshot.OfType("Microsoft.Storage/storageAccounts/blobServices");

        Assert.Equal(snapshot.Accounts.Count, services.Count);
        Assert.All(services, service =>
        {
            Assert.False(service.Switch("properties.isVersioningEnabled"), $"{service} keeps versions.");
            Assert.False(service.Switch("properties.changeFeed.enabled"), $"{service} keeps a change feed.");
            Assert.True(service.Switch("properties.deleteRetentionPolicy.enabled"));
            Assert.Equal(days, (int?)service["properties.deleteRetentionPolicy.days"]);
        });
    }

    [Theory]
    [InlineData(ParameterSet.Dev, false)]
    [InlineData(ParameterSet.Prod, true)]
    [InlineData(ParameterSet.Wide, false)]
    public void Accounts_of_rows_and_segments_are_locked_where_that_is_asked_for(string set, bool locked)
    {
        var snapshot = Snapshot.Read(set);
        var expected = locked ? snapshot.LogAccounts.Append(snapshot.StateAccount) : [];

        var locks = snapshot.OfType("Microsoft.Authorization/locks");

        Assert.Equal(expected.Select(static account => account.Id).Order(), locks.Select(static l => l.Scope).Order());
        Assert.All(locks, static l => Assert.Equal("CanNotDelete", l.Text("properties.level")));
    }
}
