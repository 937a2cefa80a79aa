using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>What each answer of the service means, as a table.</summary>
public sealed class AzureFaultsTests
{
    public static TheoryData<string, int, string?, string> Answers { get; } = new()
    {
        // Creations.
        { "CreateSegment", 409, "BlobAlreadyExists", "AlreadyExists" },
        { "CreateSegment", 412, "ConditionNotMet", "AlreadyExists" },
        { "CreateSegment", 404, "ContainerNotFound", "Unavailable" },
        { "CreateSegment", 409, "ContainerBeingDeleted", "Unavailable" },
        { "CreateSegment", 409, "SomethingNew", "OutcomeUnknown" },
        { "CreateSegment", 503, "ServerBusy", "OutcomeUnknown" },
        { "CreateSegment", 0, null, "OutcomeUnknown" },

        // Appends.
        { "AppendBlock", 412, "AppendPositionConditionNotMet", "PositionTaken" },
        { "AppendBlock", 412, null, "PositionTaken" },
        { "AppendBlock", 412, "MaxBlobSizeConditionNotMet", "Full" },
        { "AppendBlock", 412, "LeaseIdMissing", "Unavailable" },
        { "AppendBlock", 409, "BlobIsSealed", "Full" },
        { "AppendBlock", 409, "BlockCountExceedsLimit", "Full" },
        { "AppendBlock", 409, "BlobModifiedWhileReading", "OutcomeUnknown" },
        { "AppendBlock", 409, "SomethingNew", "OutcomeUnknown" },
        { "AppendBlock", 409, null, "OutcomeUnknown" },
        { "AppendBlock", 409, "InvalidBlobType", "Full" },
        { "AppendBlock", 409, "MemoryExtentStoreAtSizeLimit", "Unavailable" },
        { "AppendBlock", 404, "BlobNotFound", "Missing" },
        { "AppendBlock", 404, "ContainerNotFound", "Unavailable" },
        { "AppendBlock", 404, null, "Unavailable" },
        { "AppendBlock", 400, "InvalidHeaderValue", "Unavailable" },
        { "AppendBlock", 403, "AuthenticationFailed", "Unavailable" },
        { "AppendBlock", 413, "RequestBodyTooLarge", "Unavailable" },
        { "AppendBlock", 408, null, "OutcomeUnknown" },
        { "AppendBlock", 429, "TooManyRequests", "OutcomeUnknown" },
        { "AppendBlock", 500, "OperationTimedOut", "OutcomeUnknown" },
        { "AppendBlock", 503, "ServerBusy", "OutcomeUnknown" },
        { "AppendBlock", 201, null, "OutcomeUnknown" },
        { "AppendBlock", 307, null, "OutcomeUnknown" },
        { "AppendBlock", 0, null, "OutcomeUnknown" },

        // Parts and commits of whole segments.
        { "StageBlock", 409, "InvalidBlobType", "Unavailable" },
        { "StageBlock", 400, "InvalidBlobOrBlock", "Unavailable" },
        { "StageBlock", 404, "ContainerNotFound", "Unavailable" },
        { "StageBlock", 409, "SomethingNew", "OutcomeUnknown" },
        { "StageBlock", 503, "ServerBusy", "OutcomeUnknown" },
        { "StageBlock", 0, null, "OutcomeUnknown" },
        { "CommitBlocks", 409, "BlobAlreadyExists", "AlreadyExists" },
        { "CommitBlocks", 412, "ConditionNotMet", "AlreadyExists" },
        { "CommitBlocks", 409, "InvalidBlobType", "AlreadyExists" },
        { "CommitBlocks", 400, "InvalidBlockList", "PartsMissing" },
        { "CommitBlocks", 400, "InvalidHeaderValue", "Unavailable" },
        { "CommitBlocks", 404, "ContainerNotFound", "Unavailable" },
        { "CommitBlocks", 409, "SomethingNew", "OutcomeUnknown" },
        { "CommitBlocks", 503, "ServerBusy", "OutcomeUnknown" },
        { "CommitBlocks", 0, null, "OutcomeUnknown" },

        // Deletions of segments.
        { "DeleteSegment", 404, "BlobNotFound", "Missing" },
        { "DeleteSegment", 404, "ContainerNotFound", "Unavailable" },
        { "DeleteSegment", 412, "LeaseIdMissing", "Unavailable" },
        { "DeleteSegment", 503, "ServerBusy", "OutcomeUnknown" },
        { "DeleteSegment", 0, null, "OutcomeUnknown" },

        // Changes of rows.
        { "ChangeRows", 409, "EntityAlreadyExists", "Conflict" },
        { "ChangeRows", 412, "UpdateConditionNotSatisfied", "Conflict" },
        { "ChangeRows", 404, "ResourceNotFound", "Conflict" },
        { "ChangeRows", 404, "EntityNotFound", "Conflict" },
        { "ChangeRows", 404, "TableNotFound", "Unavailable" },
        { "ChangeRows", 409, "TableBeingDeleted", "Unavailable" },
        { "ChangeRows", 400, "InvalidInput", "Unavailable" },
        { "ChangeRows", 403, "AuthorizationFailure", "Unavailable" },
        { "ChangeRows", 429, "TooManyRequests", "OutcomeUnknown" },
        { "ChangeRows", 500, "OperationTimedOut", "OutcomeUnknown" },
        { "ChangeRows", 503, "ServerBusy", "OutcomeUnknown" },
        { "ChangeRows", 0, null, "OutcomeUnknown" },

        // Reads: whatever is not an outcome is unavailability.
        { "ReadSegment", 416, "InvalidRange", "AtEnd" },
        { "ReadSegment", 416, null, "AtEnd" },
        { "ReadSegment", 404, "BlobNotFound", "Missing" },
        { "ReadSegment", 404, "ContainerNotFound", "Unavailable" },
        { "ReadSegment", 409, "BlobModifiedWhileReading", "Unavailable" },
        { "ReadSegment", 412, "ConditionNotMet", "Unavailable" },
        { "ReadSegment", 500, "InternalError", "Unavailable" },
        { "ReadSegment", 0, null, "Unavailable" },
        { "ReadLength", 404, "BlobNotFound", "Missing" },
        { "ReadLength", 404, "ContainerNotFound", "Unavailable" },
        { "ReadLength", 503, "ServerBusy", "Unavailable" },
        { "ListBlocks", 404, "ContainerNotFound", "Unavailable" },
        { "ListBlocks", 503, "ServerBusy", "Unavailable" },
        { "ListSegments", 404, "ContainerNotFound", "Unavailable" },
        { "ListSegments", 500, "InternalError", "Unavailable" },
        { "ReadRows", 404, "ResourceNotFound", "Missing" },
        { "ReadRows", 404, "EntityNotFound", "Missing" },
        { "ReadRows", 404, "TableNotFound", "Unavailable" },
        { "ReadRows", 503, "ServerBusy", "Unavailable" },
        { "SetUp", 404, "ContainerNotFound", "Unavailable" },
        { "SetUp", 0, null, "Unavailable" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_answer_has_one_meaning(string operation, int status, string? errorCode, string verdict) =>
        Assert.Equal(
            Enum.Parse<AzureVerdict>(verdict),
            AzureFaults.Judge(Enum.Parse<AzureOperation>(operation), status, errorCode));

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(AzureFaults.NoAnswer)]
    public void No_write_is_called_undone_when_the_service_stumbled(int status)
    {
        AzureOperation[] writes =
        [
            AzureOperation.CreateSegment, AzureOperation.AppendBlock, AzureOperation.StageBlock,
            AzureOperation.CommitBlocks, AzureOperation.DeleteSegment, AzureOperation.ChangeRows,
        ];

        Assert.All(writes, write => Assert.Equal(AzureVerdict.OutcomeUnknown, AzureFaults.Judge(write, status, null)));
    }

    [Fact]
    public void A_network_time_out_leaves_an_append_unknown_and_the_callers_cancellation_is_no_fault()
    {
        var timeout = new TaskCanceledException();

        Assert.True(AzureFaults.IsFault(timeout, CancellationToken.None));
        Assert.Equal(AzureVerdict.OutcomeUnknown, AzureFaults.Judge(AzureOperation.AppendBlock, timeout));
        Assert.False(AzureFaults.IsFault(timeout, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_malformed_answer_leaves_a_transaction_unknown()
    {
        var malformed = new InvalidOperationException("Expected an HTTP status line, not <html>");

        Assert.True(AzureFaults.IsFault(malformed, CancellationToken.None));
        Assert.Equal(AzureVerdict.OutcomeUnknown, AzureFaults.Judge(AzureOperation.ChangeRows, malformed));
    }

    [Fact]
    public void Any_other_invalid_operation_is_a_bug_and_no_fault_of_the_service()
    {
        Exception[] bugs =
        [
            new InvalidOperationException("Sequence contains no elements"), new ObjectDisposedException("client"),
        ];

        Assert.All(bugs, static bug => Assert.False(AzureFaults.IsFault(bug, CancellationToken.None)));
    }

    [Theory]
    [InlineData("AppendBlock", "Unavailable")]
    [InlineData("StageBlock", "Unavailable")]
    [InlineData("CommitBlocks", "Unavailable")]
    [InlineData("ChangeRows", "Unavailable")]
    [InlineData("CreateSegment", "OutcomeUnknown")]
    [InlineData("DeleteSegment", "OutcomeUnknown")]
    public void A_connection_that_was_never_made_proves_that_nothing_happened_unless_the_stack_may_have_repeated(
        string operation, string verdict)
    {
        var refused = new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException());
        var fault = new RequestFailedException("refused", refused);

        Assert.Equal(
            Enum.Parse<AzureVerdict>(verdict), AzureFaults.Judge(Enum.Parse<AzureOperation>(operation), fault));
    }

    [Theory]
    [InlineData(503, "ReadRows", "7", 7)]
    [InlineData(429, "ReadRows", "2", 2)]
    [InlineData(503, "ReadSegment", "30", 30)]
    [InlineData(503, "ReadRows", "soon", null)]
    public void When_a_throttled_service_says_to_come_again_is_told_to_the_caller(
        int status, string operation, string retryAfter, int? seconds)
    {
        var fault = new RequestFailedException(new ThrottledAnswer(status, retryAfter));
        var asked = Enum.Parse<AzureOperation>(operation);

        var told = AzureFaults.ToException(AzureFaults.Judge(asked, fault), asked, "p", fault);

        Assert.Equal(
            seconds is { } some ? TimeSpan.FromSeconds(some) : null,
            Assert.IsType<StorageUnavailableException>(told).RetryAfter);
    }

    [Fact]
    public void Without_an_identity_nothing_was_sent()
    {
        var fault = new AuthenticationFailedException("no token");

        Assert.True(AzureFaults.IsFault(fault, CancellationToken.None));
        Assert.Equal(AzureVerdict.Unavailable, AzureFaults.Judge(AzureOperation.AppendBlock, fault));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(416, false)]
    [InlineData(408, true)]
    [InlineData(409, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(AzureFaults.NoAnswer, true)]
    public void Only_passing_faults_are_worth_another_try(int status, bool passes) =>
        Assert.Equal(passes, AzureFaults.MayPass(new RequestFailedException(status, "refused")));

    [Fact]
    public void A_message_names_the_operation_the_target_the_answer_and_the_way_out()
    {
        var fault = new RequestFailedException(404, "long text\r\nwith headers", "ContainerNotFound", null);

        var told = AzureFaults.ToException(AzureVerdict.Unavailable, AzureOperation.AppendBlock, "a/b@7", fault);

        Assert.Equal(
            "AppendBlock of 'a/b@7' failed: 404 ContainerNotFound."
            + " The container does not exist: create it, or correct its name in the settings.",
            Assert.IsType<StorageUnavailableException>(told).Message);
    }
}
