namespace Serverless.Functions.Api.Native.Read;

/// <summary>What stands around the records of an answer.</summary>
internal enum RecordFraming
{
    /// <summary>The elements of a JSON array.</summary>
    Array,

    /// <summary>One record a line.</summary>
    Lines,

    /// <summary>One server-sent event each, whose id is the cursor behind the record.</summary>
    EventStream,
}
