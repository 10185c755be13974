namespace Verifiable.Inference.Disputes;

/// <summary>What a party does in a dispute. Numbers are on the wire and never reused. Zero does nothing and is refused.</summary>
public enum DisputeMoveKind : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>The claimant shows leaves of the trace.</summary>
    RevealTrace = 1,

    /// <summary>The challenger names a graph node's output, in one layout.</summary>
    NameOutput = 2,

    /// <summary>The claimant shows the digests of the output's chunks.</summary>
    RevealChunks = 3,

    /// <summary>The challenger names a chunk.</summary>
    NameChunk = 4,

    /// <summary>The claimant shows the chunk.</summary>
    RevealChunk = 5,

    /// <summary>The challenger accuses, with everything open that the accusation depends on.</summary>
    Accuse = 6,
}
