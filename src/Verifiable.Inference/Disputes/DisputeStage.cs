namespace Verifiable.Inference.Disputes;

/// <summary>What a game waits for. Zero is no stage. A game goes through the stages in ascending order and never back.</summary>
public enum DisputeStage
{
    /// <summary>No stage.</summary>
    None = 0,

    /// <summary>The claimant is to show the leaves of the trace.</summary>
    Trace,

    /// <summary>The challenger is to name an output.</summary>
    Output,

    /// <summary>The claimant is to show the digests of the output's chunks.</summary>
    Chunks,

    /// <summary>The challenger is to name a chunk.</summary>
    ChunkName,

    /// <summary>The claimant is to show the chunk.</summary>
    Chunk,

    /// <summary>The challenger is to accuse.</summary>
    Accusation,

    /// <summary>The game is over.</summary>
    Decided,
}
