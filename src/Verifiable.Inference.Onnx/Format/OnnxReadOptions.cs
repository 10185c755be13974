namespace Verifiable.Inference.Onnx.Format;

/// <summary>Limits on what a model may ask for while it is read. Immutable; every limit is checked before the memory it bounds is allocated.</summary>
public sealed record OnnxReadOptions
{
    /// <summary>Gets the default limits.</summary>
    public static OnnxReadOptions Default { get; } = new();

    /// <summary>Gets the largest model file in bytes, external data not counted. The default is 2^31 − 1, which is protobuf's own limit.</summary>
    public long MaxFileBytes { get; init; } = int.MaxValue;

    /// <summary>Gets the largest tensor in bytes. The default is 2^31 − 1, which is .NET's own limit.</summary>
    public long MaxTensorBytes { get; init; } = int.MaxValue;

    /// <summary>Gets the largest sum of all tensors in bytes, external data counted. The default is 2^36 (64 GiB).</summary>
    public long MaxTotalTensorBytes { get; init; } = 1L << 36;

    /// <summary>Gets the largest number of graph nodes. The default is 250 000.</summary>
    public int MaxNodes { get; init; } = 250_000;

    /// <summary>Gets the largest number of attributes over all graph nodes. The default is 500 000.</summary>
    public int MaxAttributes { get; init; } = 500_000;

    /// <summary>Gets the largest number of tensors: initialisers and tensor attributes. The default is 250 000.</summary>
    public int MaxTensors { get; init; } = 250_000;

    /// <summary>Gets the largest number of small records of other kinds: values, dimensions, operator sets, entries of external data, byte strings,
    /// numbers in lists of attributes. The default is 500 000.</summary>
    public int MaxEntries { get; init; } = 500_000;

    /// <summary>Gets the largest number of texts: names, operators, domains, each time they are stated. The default is 2 000 000, eight for each graph node of
    /// <see cref="MaxNodes"/>.</summary>
    public int MaxTexts { get; init; } = 2_000_000;

    /// <summary>Gets the largest number of bytes in a name. The default is 4096.</summary>
    public int MaxNameBytes { get; init; } = 4096;

    /// <summary>Gets the most levels of bodies: an If, a Loop or a Scan within one is a level deeper. The default is 16.</summary>
    public int MaxBodyDepth { get; init; } = 16;

    /// <summary>Gets a value indicating whether tensors may stand in other files of the model's folder. The default is <see langword="true"/>.</summary>
    public bool AllowExternalData { get; init; } = true;

    /// <summary>Gets a value indicating whether tensors of 1 MiB or more in other files of the model's folder are memory-mapped and not copied: they then take no memory
    /// of their own, and reading the model takes no time for them. By default (<see langword="null"/>) <see cref="Graph.OnnxModel.Load"/> maps them, for a model that its
    /// caller vouches for, and <see cref="Graph.OnnxModel.TryLoad"/> copies them.</summary>
    /// <remarks>Whoever writes to a mapped file changes the weights of a model in use, under an identity that may have been computed before, and whoever cuts it short
    /// ends the process. <c>docs/how-to/load-models.md</c> says more.</remarks>
    public bool? MapExternalData { get; init; }

    /// <summary>Gets a value indicating whether the model file itself is memory-mapped and not read into memory. The default is <see langword="false"/>, so that the file
    /// may be written to while the model is in use. What <see cref="MapExternalData"/> says about mapped files holds.</summary>
    public bool MapModelFile { get; init; }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        foreach ((string name, long value, long most) in new[]
        {
            (nameof(MaxFileBytes), MaxFileBytes, int.MaxValue),
            (nameof(MaxTensorBytes), MaxTensorBytes, int.MaxValue),
            (nameof(MaxTotalTensorBytes), MaxTotalTensorBytes, long.MaxValue),
            (nameof(MaxNodes), MaxNodes, int.MaxValue),
            (nameof(MaxAttributes), MaxAttributes, int.MaxValue),
            (nameof(MaxTensors), MaxTensors, int.MaxValue),
            (nameof(MaxEntries), MaxEntries, int.MaxValue),
            (nameof(MaxTexts), MaxTexts, int.MaxValue),
            (nameof(MaxNameBytes), MaxNameBytes, int.MaxValue),
            (nameof(MaxBodyDepth), MaxBodyDepth, 64),
        })
        {
            if (value < 1 || value > most)
            {
                yield return FormattableString.Invariant($"{name} must be in [1, {most}], got {value}.");
            }
        }
    }
}
