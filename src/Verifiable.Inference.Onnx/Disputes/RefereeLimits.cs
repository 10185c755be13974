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
    }
}
