namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>How many bits hold a component of a <see cref="ProjectionSketch"/>.</summary>
public enum SketchPrecision
{
    /// <summary>None was chosen.</summary>
    None = 0,

    /// <summary>Eight bits: for models of 16-bit floats. Too coarse to see 16-bit weights behind a binary32 model.</summary>
    Bits8 = 1,

    /// <summary>Sixteen bits: for models of binary32.</summary>
    Bits16 = 2,
}
