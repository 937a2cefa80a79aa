using Serverless.Azurite;
using Serverless.StorageEngine.Storage;

[assembly: AssemblyFixture(typeof(SharedAzurite))]

namespace Serverless.StorageEngine.Conformance;

public sealed class AzureSegmentAppendTests(SharedAzurite azurite) : SegmentAppendConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ISegmentStore Store => _stage.Stores.Segments;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureSegmentLifeTests(SharedAzurite azurite) : SegmentLifeConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ISegmentStore Store => _stage.Stores.Segments;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureSegmentReadTests(SharedAzurite azurite) : SegmentReadConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override int Samples => 8;

    protected override ISegmentStore Store => _stage.Stores.Segments;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureSegmentWholeTests(SharedAzurite azurite) : SegmentWholeConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override int Samples => 8;

    protected override ISegmentStore Store => _stage.Stores.Segments;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureTableRowTests(SharedAzurite azurite) : TableRowConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ITableStore Store => _stage.Stores.Rows;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureTableQueryTests(SharedAzurite azurite) : TableQueryConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ITableStore Store => _stage.Stores.Rows;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureTableTransactionTests(SharedAzurite azurite) : TableTransactionConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ITableStore Store => _stage.Stores.Rows;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureTableVersionTests(SharedAzurite azurite) : TableVersionConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override ITableStore Store => _stage.Stores.Rows;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureTableModelTests(SharedAzurite azurite) : TableModelConformance, IAsyncLifetime
{
    private readonly AzureStage _stage = new(azurite);

    protected override int Samples => 8;

    protected override ITableStore Store => _stage.Stores.Rows;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
