using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>
/// A fingerprint of activations in the format of TOPLOC (arXiv 2501.16007): a polynomial over the field of 65497 elements through the bits of the activations that are largest in
/// size. 2 + 2k bytes for a chunk of any length. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The format binds k of the activations of a chunk, with a slack that its limits leave, and says nothing of how tokens were sampled from them. Bytes from others are read by
/// <see cref="TryRead"/> only, which refuses what has crashed or fooled other verifiers: another number of coefficients than agreed, odd bytes, coefficients beyond the field, and a modulus of
/// 0 or one too small to tell the places apart.
/// </remarks>
public sealed class ToplocProof : IEquatable<ToplocProof>
{
    /// <summary>The most activations that one proof can hold: a polynomial that is read must not take long to evaluate.</summary>
    public const int MaxCount = 4096;

    private readonly ImmutableArray<ushort> _coefficients;

    private ToplocProof(int indexModulus, ImmutableArray<ushort> coefficients)
    {
        IndexModulus = indexModulus;
        _coefficients = coefficients;
    }

    /// <summary>Gets the number that indices are taken modulo before they become places of the polynomial: between 2k and 65497.</summary>
    public int IndexModulus { get; }

    /// <summary>Gets the coefficients of the polynomial, the constant term first; each below 65497.</summary>
    public ReadOnlySpan<ushort> Coefficients => _coefficients.AsSpan();

    /// <summary>Gets k, the number of activations.</summary>
    public int Count => _coefficients.Length;

    /// <summary>Makes the proof of a chunk of activations.</summary>
    /// <param name="activations">The activations as bfloat16 bits, row-major: the inputs of the last layer, of one group of tokens.</param>
    /// <param name="count">k, 1 to <see cref="MaxCount"/>; the authors take 128 for 32 tokens.</param>
    /// <param name="proof">The proof.</param>
    /// <returns><see langword="false"/> when there are fewer activations than <paramref name="count"/>, one is infinite or not a number, or no modulus tells the places apart.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of its range.</exception>
    public static bool TryCreate(ReadOnlySpan<ushort> activations, int count, [NotNullWhen(true)] out ToplocProof? proof)
    {
        RequireCount(count);
        proof = null;
        if (!LargestActivations.TryFind(activations, count, out int[] indices))
        {
            return false;
        }

        ushort[] values = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = activations[indices[i]];
        }

        return TryCreate(indices, values, out proof);
    }

    /// <summary>Makes the proof of chosen activations.</summary>
    /// <param name="indices">Their places in the chunk: distinct, 0 or more, in any order.</param>
    /// <param name="values">Their bfloat16 bits, as many as <paramref name="indices"/>.</param>
    /// <param name="proof">The proof.</param>
    /// <returns><see langword="false"/> when no modulus tells the places apart, which distinct indices of a real chunk do not come to.</returns>
    /// <exception cref="ArgumentException">There are not as many values as indices, none, or more than <see cref="MaxCount"/>; or an index is negative.</exception>
    public static bool TryCreate(ReadOnlySpan<int> indices, ReadOnlySpan<ushort> values, [NotNullWhen(true)] out ToplocProof? proof)
    {
        RequireCount(indices.Length);
        if (values.Length != indices.Length)
        {
            throw new ArgumentException($"Expected {indices.Length} values, one for each index, got {values.Length}.", nameof(values));
        }

        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
        }

        int[] places = new int[indices.Length];
        int modulus = FindModulus(indices, places);
        proof = modulus == 0 ? null : new ToplocProof(modulus, ImmutableArray.Create(PrimeField.Interpolate(places, values)));
        return proof is not null;
    }

    /// <summary>Reads a proof from bytes that may be hostile: the modulus and k coefficients, 16 bits each, big-endian. Never throws on bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">k, as agreed beforehand; 1 to <see cref="MaxCount"/>.</param>
    /// <param name="proof">The proof.</param>
    /// <returns><see langword="false"/> when the bytes are no proof of this size.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of its range.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int count, [NotNullWhen(true)] out ToplocProof? proof)
    {
        RequireCount(count);
        proof = null;
        if (bytes.Length != 2 + (2 * count))
        {
            return false;
        }

        int modulus = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (modulus < LeastModulus(count) || modulus > PrimeField.Order)
        {
            return false;
        }

        ImmutableArray<ushort>.Builder coefficients = ImmutableArray.CreateBuilder<ushort>(count);
        for (int i = 0; i < count; i++)
        {
            ushort coefficient = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 + (2 * i))..]);
            if (coefficient >= PrimeField.Order)
            {
                return false;
            }

            coefficients.Add(coefficient);
        }

        proof = new ToplocProof(modulus, coefficients.MoveToImmutable());
        return true;
    }

    /// <summary>Writes the 2 + 2k bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[2 + (2 * Count)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)IndexModulus);
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 + (2 * i)), _coefficients[i]);
        }

        return bytes;
    }

    /// <summary>Gets the value of the polynomial at an index of the chunk: what the prover says the bits there are.</summary>
    /// <param name="index">The index, 0 or more; it is taken modulo <see cref="IndexModulus"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public int ValueAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return PrimeField.Evaluate(Coefficients, index % IndexModulus);
    }

    /// <summary>Compares the proof with activations that the verifier computed for the same tokens, at the k that are largest there.</summary>
    /// <param name="activations">The verifier's activations as bfloat16 bits, row-major.</param>
    /// <param name="measurement">What was measured.</param>
    /// <returns><see langword="false"/> when there are fewer activations than k, or one is infinite or not a number: nothing was measured.</returns>
    public bool TryMeasure(ReadOnlySpan<ushort> activations, out ToplocMeasurement measurement)
    {
        measurement = default;
        if (!LargestActivations.TryFind(activations, Count, out int[] indices))
        {
            return false;
        }

        int exponents = 0;
        int signs = 0;
        List<int> errors = new(Count);
        foreach (int index in indices)
        {
            int claimed = ValueAt(index);
            int own = activations[index];
            signs += (claimed ^ own) >> 15;
            if (((claimed ^ own) & 0x7F80) != 0)
            {
                exponents++;
            }
            else
            {
                errors.Add(Math.Abs((claimed & 0x7F) - (own & 0x7F)));
            }
        }

        errors.Sort();
        (double mean, double median) = errors.Count == 0
            ? (double.PositiveInfinity, double.PositiveInfinity)
            : ((double)errors.Sum() / errors.Count, (errors[(errors.Count - 1) / 2] + errors[errors.Count / 2]) / 2.0);
        measurement = new ToplocMeasurement(Count, exponents, signs, mean, median);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] ToplocProof? other) => other is not null && IndexModulus == other.IndexModulus && Coefficients.SequenceEqual(other.Coefficients);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ToplocProof);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IndexModulus, Count, _coefficients[0], _coefficients[^1]);

    // With fewer places than twice the points, most indices of a verifier would meet one of the prover's by chance.
    private static int LeastModulus(int count) => 2 * count;

    private static int FindModulus(ReadOnlySpan<int> indices, int[] places)
    {
        Span<ulong> seen = stackalloc ulong[(PrimeField.Order / 64) + 1];
        seen.Clear();
        for (int modulus = PrimeField.Order; modulus >= LeastModulus(indices.Length); modulus--)
        {
            int count = 0;
            for (; count < indices.Length; count++)
            {
                int place = indices[count] % modulus;
                if (((seen[place >> 6] >> (place & 63)) & 1) != 0)
                {
                    break;
                }

                seen[place >> 6] |= 1UL << (place & 63);
                places[count] = place;
            }

            if (count == indices.Length)
            {
                return modulus;
            }

            // Most moduli fail after a few places: cheaper to take back than to clear.
            foreach (int place in places.AsSpan(0, count))
            {
                seen[place >> 6] = 0;
            }
        }

        return 0;
    }

    private static void RequireCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
    }
}
