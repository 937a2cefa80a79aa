namespace Serverless.Azurite;

/// <summary>What <see cref="FaultProxy"/> does to one request.</summary>
public enum ProxyFault
{
    /// <summary>Forwards it and answers with the server's answer.</summary>
    None,

    /// <summary>Closes the connection without forwarding the request.</summary>
    LoseRequest,

    /// <summary>Forwards it, waits until the server has done it, and closes the connection without an answer.</summary>
    LoseAnswer,

    /// <summary>As <see cref="LoseAnswer"/>, but resets the connection.</summary>
    ResetAnswer,

    /// <summary>Forwards it, waits until the server has done it, and answers 500 instead.</summary>
    AnswerWith500,

    /// <summary>Forwards it, waits until the server has done it, and answers 503 instead.</summary>
    AnswerWith503,

    /// <summary>Does not forward it and answers 503.</summary>
    RefuseWith503,

    /// <summary>Forwards it, waits until the server has done it, and never answers.</summary>
    KeepSilent,

    /// <summary>Forwards it, waits until the server has done it, and answers with something that is not HTTP.</summary>
    AnswerWithNonsense,

    /// <summary>Forwards it and ends the connection in the middle of the answer's body.</summary>
    CutAnswer,
}
