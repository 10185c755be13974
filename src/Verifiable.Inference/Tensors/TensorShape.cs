using System.Collections.Immutable;
using System.Globalization;

namespace Verifiable.Inference.Tensors;

/// <summary>The lengths of a tensor's axes. Immutable; equal by content; <c>default</c> is the shape of a scalar (no axes, one element).</summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    /// <summary>The largest number of axes: 16.</summary>
    public const int MaxRank = 16;

    private readonly ImmutableArray<long> _lengths;

    /// <summary>Creates a shape from axis lengths.</summary>
    /// <param name="lengths">Axis lengths, outermost first, each 0 or more, at most <see cref="MaxRank"/> of them.</param>
    /// <exception cref="ArgumentException">A length is negative, there are too many axes, or the number of elements does not fit in 63 bits.</exception>
    public TensorShape(params ReadOnlySpan<long> lengths)
    {
        if (!TryCreate(lengths, out this))
        {
            throw new ArgumentException(
                $"Expected at most {MaxRank} axis lengths of 0 or more whose product fits in 63 bits, got [{string.Join(", ", lengths.ToArray())}].", nameof(lengths));
        }
    }

    private TensorShape(ImmutableArray<long> lengths, long elementCount)
    {
        _lengths = lengths;
        ElementCountOffset = elementCount - 1;
    }

    /// <summary>Gets the number of axes.</summary>
    public int Rank => Lengths.Length;

    /// <summary>Gets the axis lengths, outermost first.</summary>
    public ImmutableArray<long> Lengths => _lengths.IsDefault ? [] : _lengths;

    /// <summary>Gets the number of elements: the product of the lengths, 1 for a scalar.</summary>
    public long ElementCount => ElementCountOffset + 1;

    // Stored less one, so that default is a scalar.
    private long ElementCountOffset { get; }

    /// <summary>Gets the length of an axis.</summary>
    public long this[int axis] => Lengths[axis];

    /// <summary>Creates a shape from lengths that may come from outside.</summary>
    /// <returns><see langword="false"/> when a length is negative, there are more than <see cref="MaxRank"/>, or the product of the lengths other than 0 overflows 63 bits.</returns>
    public static bool TryCreate(ReadOnlySpan<long> lengths, out TensorShape shape)
    {
        shape = default;
        if (lengths.Length > MaxRank)
        {
            return false;
        }

        // The product is taken without the zeros too: [0, 2^62, 2^62] is refused, so that strides never overflow.
        ulong nonZero = 1;
        bool empty = false;
        foreach (long length in lengths)
        {
            if (length < 0)
            {
                return false;
            }

            empty |= length == 0;
            if (Math.BigMul(nonZero, (ulong)Math.Max(length, 1), out nonZero) != 0 || nonZero > long.MaxValue)
            {
                return false;
            }
        }

        shape = new TensorShape([.. lengths], empty ? 0 : (long)nonZero);
        return true;
    }

    /// <summary>Tells whether two shapes have the same lengths.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Tells whether two shapes differ.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Lengths.AsSpan().SequenceEqual(other.Lengths.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long length in Lengths)
        {
            hash.Add(length);
        }

        return hash.ToHashCode();
    }

    /// <summary>Writes the lengths as <c>[2, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Lengths.Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";
}
