using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>
/// A fingerprint of a chunk of activations: its products with 64 rows of random signs, rounded to 8 or 16 bits under one scale (Johnson and Lindenstrauss 1984, with signs as in Achlioptas 2003).
/// 68 or 132 bytes for a chunk of any length. The distance of two sketches estimates the relative distance ‖x − y‖ ÷ ‖y‖ of the chunks themselves: every activation counts, its sign and its place too.
/// Immutable and thread-safe.
/// </summary>
public sealed class ProjectionSketch : IEquatable<ProjectionSketch>
{
    private const float SmallestScale = 1.17549435e-38f;

    private readonly ImmutableArray<short> _levels;

    private ProjectionSketch(SketchPrecision precision, float scale, ImmutableArray<short> levels)
    {
        Precision = precision;
        Scale = scale;
        _levels = levels;
    }

    /// <summary>Gets the bits of a component.</summary>
    public SketchPrecision Precision { get; }

    /// <summary>Gets the size of the largest product, which is the largest level: finite, 0 or more; 0 for a chunk whose products are all below 2^−126, and never between.</summary>
    public float Scale { get; }

    /// <summary>Gets the rounded products, one for each row of signs, from −127 to 127 or from −32767 to 32767.</summary>
    public ReadOnlySpan<short> Levels => _levels.AsSpan();

    /// <summary>Makes the sketch of a chunk.</summary>
    /// <param name="chunk">The activations, row-major, of one group of tokens; at most <see cref="SignMatrix.Columns"/>.</param>
    /// <param name="matrix">The signs.</param>
    /// <param name="precision">The bits of a component.</param>
    /// <param name="sketch">The sketch.</param>
    /// <returns><see langword="false"/> when an activation is infinite or not a number, or a sum is beyond binary32: there is no sketch of it.</returns>
    /// <exception cref="ArgumentException">The chunk is longer than the matrix, or the precision is none.</exception>
    public static bool TryCreate(ReadOnlySpan<float> chunk, SignMatrix matrix, SketchPrecision precision, [NotNullWhen(true)] out ProjectionSketch? sketch)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int most = LargestLevel(precision);
        if (chunk.Length > matrix.Columns)
        {
            throw new ArgumentException($"Expected at most {matrix.Columns} activations, as the matrix has columns, got {chunk.Length}.", nameof(chunk));
        }

        Span<double> sums = stackalloc double[SignMatrix.Rows];
        matrix.Project(chunk, sums);
        double largest = 0;
        foreach (double sum in sums)
        {
            // Written so that a NaN stays.
            largest = Math.Abs(sum) <= largest ? largest : Math.Abs(sum);
        }

        // Below the normal numbers a scale has too few bits to divide by.
        float scale = largest < SmallestScale ? 0 : (float)largest;
        sketch = null;
        if (!float.IsFinite(scale))
        {
            return false;
        }

        short[] levels = new short[SignMatrix.Rows];
        for (int row = 0; row < levels.Length && scale > 0; row++)
        {
            // The scale is rounded, so that the largest product may come out a little over the largest level.
            levels[row] = (short)Math.Clamp(Math.Round(sums[row] / scale * most, MidpointRounding.ToEven), -most, most);
        }

        sketch = new ProjectionSketch(precision, scale, ImmutableArray.Create(levels));
        return true;
    }

    /// <summary>Reads a sketch from bytes that may be hostile: the scale as binary32 and 64 components of one or two bytes, little-endian. Never throws on bytes.</summary>
    /// <param name="bytes">The bytes: 68 or 132.</param>
    /// <param name="precision">The bits of a component, as agreed beforehand.</param>
    /// <param name="sketch">The sketch.</param>
    /// <returns><see langword="false"/> when the bytes are not what <see cref="ToBytes"/> writes: another length, a scale that is negative or not finite, a level beyond the range, or no level as large as the scale says.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The precision is none.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, SketchPrecision precision, [NotNullWhen(true)] out ProjectionSketch? sketch)
    {
        int most = LargestLevel(precision);
        int size = precision == SketchPrecision.Bits8 ? 1 : 2;
        sketch = null;
        if (bytes.Length != sizeof(float) + (SignMatrix.Rows * size))
        {
            return false;
        }

        float scale = BinaryPrimitives.ReadSingleLittleEndian(bytes);
        short[] levels = new short[SignMatrix.Rows];
        int largest = 0;
        for (int row = 0; row < levels.Length; row++)
        {
            ReadOnlySpan<byte> at = bytes[(sizeof(float) + (row * size))..];
            levels[row] = size == 1 ? unchecked((sbyte)at[0]) : BinaryPrimitives.ReadInt16LittleEndian(at);
            largest = Math.Max(largest, Math.Abs((int)levels[row]));
        }

        // One encoding for one sketch: the largest level is at its end, and zeros have the scale +0.
        bool isScale = float.IsFinite(scale) && !float.IsNegative(scale) && (scale == 0 || scale >= SmallestScale);
        if (!isScale || largest != (scale > 0 ? most : 0))
        {
            return false;
        }

        sketch = new ProjectionSketch(precision, scale, ImmutableArray.Create(levels));
        return true;
    }

    /// <summary>Writes the 68 or 132 bytes.</summary>
    public byte[] ToBytes()
    {
        int size = Precision == SketchPrecision.Bits8 ? 1 : 2;
        byte[] bytes = new byte[sizeof(float) + (SignMatrix.Rows * size)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, Scale);
        for (int row = 0; row < SignMatrix.Rows; row++)
        {
            Span<byte> at = bytes.AsSpan(sizeof(float) + (row * size));
            if (size == 1)
            {
                at[0] = unchecked((byte)_levels[row]);
            }
            else
            {
                BinaryPrimitives.WriteInt16LittleEndian(at, _levels[row]);
            }
        }

        return bytes;
    }

    /// <summary>
    /// Measures how far this sketch, a prover's, is from a verifier's own of the same tokens under the same signs: ‖this − own‖ ÷ ‖own‖. 0 or more; infinite where only the verifier's is zero, or the
    /// precisions differ. It is not symmetric: the verifier's numbers are the measure, so that a prover cannot shrink a distance by a large scale.
    /// </summary>
    public double DistanceTo(ProjectionSketch own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (Precision != own.Precision)
        {
            return double.PositiveInfinity;
        }

        double most = LargestLevel(Precision);
        double difference = 0;
        double norm = 0;
        for (int row = 0; row < SignMatrix.Rows; row++)
        {
            double mine = _levels[row] / most * Scale;
            double theirs = own._levels[row] / most * own.Scale;
            difference += (mine - theirs) * (mine - theirs);
            norm += theirs * theirs;
        }

        return difference == 0 ? 0 : norm == 0 ? double.PositiveInfinity : Math.Sqrt(difference / norm);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] ProjectionSketch? other) => other is not null && Precision == other.Precision && Scale.Equals(other.Scale) && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ProjectionSketch);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Precision, Scale, _levels[0], _levels[1], _levels[^1]);

    private static int LargestLevel(SketchPrecision precision) => precision switch
    {
        SketchPrecision.Bits8 => sbyte.MaxValue,
        SketchPrecision.Bits16 => short.MaxValue,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a precision of 8 or 16 bits."),
    };
}
