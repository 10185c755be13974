namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>How much one ruling may take. Beyond it the referee comes to no conclusion. Immutable.</summary>
/// <remarks>An element of a matrix product over K terms of binary32 needs at most 128 KB of evidence and 2·K reads for K up to 8192; of a convolution some chunks more, where its receptive field lies in many. What cannot be split to an element (Softmax, normalisations,
/// reductions, recurrent cells, operators that sort) needs its whole slice, and these limits are the longest slice.</remarks>
public sealed record RefereeLimits
{
    /// <summary>Gets the largest size of the evidence of one accusation, in bytes of its encoding. The default is 1 MiB.</summary>
    public int MaxEvidenceBytes { get; init; } = 1 << 20;

    /// <summary>Gets the largest number of elements that one definition may read, doubles counted. The default is 2^20.</summary>
    public int MaxReads { get; init; } = 1 << 20;

    /// <summary>Gets the most steps that one definition may take, reads counted as one each. A definition may go through many places of which it reads few, as a window over padding does. The
    /// default is 2^24: some tens of milliseconds.</summary>
    public long MaxWork { get; init; } = 1 << 24;

    /// <summary>Lists everything wrong with these limits; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxEvidenceBytes <= 0)
        {
            yield return $"{nameof(MaxEvidenceBytes)} must be above 0, got {MaxEvidenceBytes}.";
        }

        if (MaxReads <= 0)
        {
            yield return $"{nameof(MaxReads)} must be above 0, got {MaxReads}.";
        }

        if (MaxWork < MaxReads)
        {
            yield return $"{nameof(MaxWork)} must be at least {nameof(MaxReads)}, got {MaxWork}.";
        }
    }
}
