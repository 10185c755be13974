namespace Verifiable.Inference.CanonicalDigest;

/// <summary>What kind of numbers a case of fixed shapes is filled with.</summary>
public enum CaseNumbers
{
    /// <summary>Ordinary numbers.</summary>
    Plain,

    /// <summary>Ordinary numbers and, one in some hundreds, infinities, NaNs of several payloads, zeros of both signs, subnormals and the largest numbers.</summary>
    Special,

    /// <summary>Numbers so small that products are subnormal or round to a zero of either sign.</summary>
    Tiny,
}
