using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

public sealed class EmbeddedSegmentAppendTests(EmbeddedFixture file)
    : SegmentAppendConformance, IClassFixture<EmbeddedFixture>
{
    protected override ISegmentStore Store => file.Segments;
}

public sealed class EmbeddedSegmentReadTests(EmbeddedFixture file)
    : SegmentReadConformance, IClassFixture<EmbeddedFixture>
{
    protected override ISegmentStore Store => file.Segments;

    protected override int Samples => 10;
}

public sealed class EmbeddedSegmentLifeTests(EmbeddedFixture file)
    : SegmentLifeConformance, IClassFixture<EmbeddedFixture>
{
    protected override ISegmentStore Store => file.Segments;
}

public sealed class EmbeddedSegmentWholeTests(EmbeddedFixture file)
    : SegmentWholeConformance, IClassFixture<EmbeddedFixture>
{
    protected override ISegmentStore Store => file.Segments;

    protected override int Samples => 10;
}

public sealed class EmbeddedTableTransactionTests(EmbeddedFixture file)
    : TableTransactionConformance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Store => file.Table;
}

public sealed class EmbeddedTableRowTests(EmbeddedFixture file) : TableRowConformance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Store => file.Table;
}

public sealed class EmbeddedTableQueryTests(EmbeddedFixture file)
    : TableQueryConformance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Store => file.Table;
}

public sealed class EmbeddedTableVersionTests(EmbeddedFixture file)
    : TableVersionConformance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Store => file.Table;
}

public sealed class EmbeddedTableModelTests(EmbeddedFixture file)
    : TableModelConformance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Store => file.Table;

    protected override int Samples => 15;
}
