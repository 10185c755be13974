namespace Verifiable.Inference.CanonicalDigest;

/// <summary>
/// Convolutions that reach what random cases are too small for: places that are read tap by tap, in place, or in several chunks, with weights that were packed for
/// another shape. The names tell what a processor with vectors of 512 bits does; others take the same shapes in other ways.
/// </summary>
public static class ConvolutionCases
{
    /// <summary>Gets the cases.</summary>
    public static IReadOnlyList<ConvolutionCase> All { get; } =
    [
        .. new ConvolutionCase[]
        {
            // Tiles of 14 places, panels of 32 output channels, blocks of 256 products and what is left of them.
            new("taps", [2, 29, 5, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1] },
            new("taps, two tiles a row, two panels", [1, 29, 3, 28], [64, 29, 3, 3]) { Pads = [1, 1, 1, 1] },
            new("taps, one block, padding behind", [1, 64, 3, 14], [32, 64, 2, 2]) { Pads = [0, 0, 1, 1] },
            new("taps, two whole blocks, padding in front and below, no bias", [1, 128, 3, 14], [32, 128, 2, 2]) { Pads = [0, 1, 1, 0], HasBias = false },
            new("taps, dilation", [1, 29, 4, 28], [32, 29, 3, 3]) { Pads = [2, 2, 2, 2], Dilations = [2, 2] },
            new("taps, stride", [1, 29, 6, 28], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1], Strides = [2, 2] },
            new("taps, unlike strides, dilations and padding", [1, 44, 9, 27], [32, 44, 2, 3]) { Pads = [3, 0, 0, 3], Strides = [2, 2], Dilations = [3, 1] },
            new("taps, one axis", [2, 90, 28], [32, 90, 3]) { Pads = [2, 0] },
            new("taps, three axes", [1, 10, 2, 3, 14], [32, 10, 3, 3, 3]) { Pads = [1, 1, 1, 1, 1, 1], HasBias = false },
            new("taps, groups", [1, 58, 3, 14], [64, 29, 3, 3]) { Pads = [1, 1, 1, 1], Groups = 2 },
            new("taps, 28 tiles", [1, 29, 28, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1] },
            new("taps, 29 tiles", [1, 29, 29, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1] },
            new("taps, windows of one element", [1, 257, 14, 7], [64, 257, 1, 1]),
            new("taps, weights of the run", [1, 29, 5, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1], AreWeightsConstant = false },
            new("taps, weights packed for packed rows", [1, 29, 5, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1], Before = [1, 29, 5, 13] },
            new("columns, weights packed for them", [1, 29, 5, 14], [32, 29, 3, 3]) { Pads = [1, 1, 1, 1], Before = [1, 29, 4, 16] },

            // More than 64 places, which are rows for every width once few places have packed the weights.
            new("in place", [2, 300, 5, 13], [96, 300, 1, 1]),
            new("in place, weights packed for one place", [1, 290, 9, 13], [33, 290, 1, 1]) { Before = [1, 290, 1, 1] },
            new("in place, one block, no bias", [1, 40, 9, 13], [32, 40, 1, 1]) { Before = [1, 40, 1, 1], HasBias = false },

            // One place a row, and more of them for each thread than are packed at once.
            new("rows, one place each", [1, 32, 1100, 1], [32, 32, 3, 1]) { Pads = [1, 0, 1, 0], Before = [1, 32, 17, 1] },
            new("rows, two places each", [1, 20, 1100, 2], [32, 20, 2, 2]) { Pads = [0, 1, 1, 0], Before = [1, 20, 9, 2] },
        }.Select((sample, i) => sample with { Seed = (ulong)i }),
    ];

    /// <summary>Counts how the processor computes them: a part of the line that tells what a process runs with.</summary>
    public static string Paths() =>
        string.Join(' ', All.GroupBy(sample => sample.Path()).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => FormattableString.Invariant($"{group.Key.Replace(' ', '-')}={group.Count()}")));
}
