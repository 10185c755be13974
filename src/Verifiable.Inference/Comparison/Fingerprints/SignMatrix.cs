using System.Buffers.Binary;
using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>
/// 64 rows of signs that a key decides, one for each of a chunk's numbers: what a sketch multiplies activations with. Whoever knows the key before the activations are fixed can make wrong
/// ones with the right sketch, so a key is drawn from what comes after the commitment to them. Immutable and thread-safe; making one hashes 8 bytes a number.
/// </summary>
public sealed class SignMatrix
{
    /// <summary>The number of rows, and so of components of a sketch.</summary>
    public const int Rows = 64;

    private const string Label = "verifiable.inference/sign-matrix/v1";
    private const int WordsPerDigest = Digest.Size / sizeof(ulong);

    // Bit r of word i is set where row r has −1 at number i.
    private readonly ulong[] _signs;

    /// <summary>Creates the matrix of a key.</summary>
    /// <param name="key">The key: a digest of what was fixed after the activations, for example of a commitment and a beacon's value.</param>
    /// <param name="columns">How many numbers the longest chunk has; 1 to 2^24.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is out of its range.</exception>
    public SignMatrix(Digest key, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, 1 << 24);
        Key = key;
        _signs = new ulong[columns];

        // SHA-256(label ‖ key ‖ counter), four words each, big-endian.
        Span<byte> input = stackalloc byte[Label.Length + Digest.Size + sizeof(uint)];
        Encoding.ASCII.GetBytes(Label, input);
        key.CopyTo(input[Label.Length..]);
        Span<byte> hash = stackalloc byte[Digest.Size];
        for (int i = 0; i < columns; i++)
        {
            if (i % WordsPerDigest == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(input[^sizeof(uint)..], (uint)(i / WordsPerDigest));
                Sha256.Hash(input, hash);
            }

            _signs[i] = BinaryPrimitives.ReadUInt64BigEndian(hash[(i % WordsPerDigest * sizeof(ulong))..]);
        }
    }

    /// <summary>Gets the key.</summary>
    public Digest Key { get; }

    /// <summary>Gets the number of numbers that the longest chunk may have.</summary>
    public int Columns => _signs.Length;

    /// <summary>Tells whether a row has −1 at a number of the chunk.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such number.</exception>
    public bool IsNegative(int row, int column) => ((_signs[column] >> row) & 1) != 0;

    /// <summary>Multiplies a chunk with the matrix: 64 sums, each of them in the order of the numbers, in double.</summary>
    /// <param name="chunk">The numbers, at most <see cref="Columns"/>.</param>
    /// <param name="sums">Where the 64 sums go.</param>
    internal void Project(ReadOnlySpan<float> chunk, Span<double> sums)
    {
        sums.Clear();
        for (int i = 0; i < chunk.Length; i++)
        {
            // A factor of −1 turns the top bit.
            ulong signs = _signs[i];
            long bits = BitConverter.DoubleToInt64Bits(chunk[i]);
            for (int row = 0; row < sums.Length; row++)
            {
                sums[row] += BitConverter.Int64BitsToDouble(bits ^ unchecked((long)(signs << (Rows - 1 - row) & (1UL << 63))));
            }
        }
    }
}
