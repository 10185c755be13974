using System.Numerics;
using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>
/// Sobol's sequence of evenly spread points in Gray-code order (Antonov and Saleev, USSR Computational Mathematics 19, 1979), with the primitive polynomials and first direction numbers of Joe and Kuo,
/// "Constructing Sobol sequences with better two-dimensional projections", SIAM Journal on Scientific Computing 30, 2008 (table new-joe-kuo-6.21201). Immutable and thread-safe.
/// </summary>
public sealed class SobolSequence
{
    /// <summary>The greatest number of dimensions, 32.</summary>
    public const int GreatestDimension = 32;

    private const int Bits = 32;
    private const uint ShiftDomain = 0x5653_4F42; // "VSOB"

    // For each dimension from the second: degree s, inner coefficients a of the polynomial, and m_1 to m_s.
    private static readonly uint[][] _table =
    [
        [1, 0, 1], [2, 1, 1, 3], [3, 1, 1, 3, 1], [3, 2, 1, 1, 1], [4, 1, 1, 1, 3, 3], [4, 4, 1, 3, 5, 13], [5, 2, 1, 1, 5, 5, 17], [5, 4, 1, 1, 5, 5, 5],
        [5, 7, 1, 1, 7, 11, 19], [5, 11, 1, 1, 5, 1, 1], [5, 13, 1, 1, 1, 3, 11], [5, 14, 1, 3, 5, 5, 31], [6, 1, 1, 3, 3, 9, 7, 49], [6, 13, 1, 1, 1, 15, 21, 21],
        [6, 16, 1, 3, 1, 13, 27, 49], [6, 19, 1, 1, 1, 15, 7, 5], [6, 22, 1, 3, 1, 15, 13, 25], [6, 25, 1, 1, 5, 5, 19, 61], [7, 1, 1, 3, 7, 11, 23, 15, 103],
        [7, 4, 1, 3, 7, 13, 13, 15, 69], [7, 7, 1, 1, 3, 13, 7, 35, 63], [7, 8, 1, 3, 5, 9, 1, 25, 53], [7, 14, 1, 3, 1, 13, 9, 35, 107], [7, 19, 1, 3, 1, 5, 27, 61, 31],
        [7, 21, 1, 1, 5, 11, 19, 41, 61], [7, 28, 1, 3, 5, 3, 3, 13, 69], [7, 31, 1, 1, 7, 13, 1, 19, 1], [7, 32, 1, 3, 7, 5, 13, 19, 59], [7, 37, 1, 1, 3, 9, 25, 29, 41],
        [7, 41, 1, 3, 5, 13, 23, 1, 55], [7, 42, 1, 3, 7, 3, 13, 59, 17],
    ];

    private readonly uint[] _directions;
    private readonly uint[] _shifts;

    /// <summary>Creates a sequence.</summary>
    /// <param name="dimension">The number of coordinates, 1 to <see cref="GreatestDimension"/>.</param>
    /// <param name="seed">The seed of a random shift of binary digits; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is out of range.</exception>
    public SobolSequence(int dimension, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, GreatestDimension);
        Dimension = dimension;
        _directions = new uint[dimension * Bits];
        _shifts = new uint[dimension];
        RandomWords words = new(seed, 0, 0, ShiftDomain);
        for (int i = 0; i < dimension; i++)
        {
            Direct(i, _directions.AsSpan(i * Bits, Bits));
            _shifts[i] = seed == 0 ? 0 : (uint)(words.Next() >> 32);
        }
    }

    /// <summary>Gets the number of coordinates.</summary>
    public int Dimension { get; }

    /// <summary>Gets a point.</summary>
    /// <param name="index">The place in the sequence, 0 to 2³² − 1; without a shift point 0 is the origin.</param>
    /// <returns>The coordinates in [0, 1), multiples of 2⁻³².</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public double[] this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(index, uint.MaxValue);
            double[] point = new double[Dimension];
            uint gray = (uint)index ^ ((uint)index >> 1);
            for (int i = 0; i < point.Length; i++)
            {
                uint digits = _shifts[i];
                for (uint left = gray; left != 0; left &= left - 1)
                {
                    digits ^= _directions[(i * Bits) + BitOperations.TrailingZeroCount(left)];
                }

                point[i] = digits / 4294967296.0;
            }

            return point;
        }
    }

    // v_j = m_j·2^(32−j); m_j = 2a_1·m_{j−1} ⊕ … ⊕ 2^(s−1)·a_{s−1}·m_{j−s+1} ⊕ 2^s·m_{j−s} ⊕ m_{j−s}.
    private static void Direct(int dimension, Span<uint> directions)
    {
        if (dimension == 0)
        {
            for (int j = 0; j < Bits; j++)
            {
                directions[j] = 1U << (Bits - 1 - j);
            }

            return;
        }

        uint[] row = _table[dimension - 1];
        int degree = (int)row[0];
        uint coefficients = row[1];
        for (int j = 0; j < Bits; j++)
        {
            if (j < degree)
            {
                directions[j] = row[2 + j] << (Bits - 1 - j);
                continue;
            }

            uint direction = directions[j - degree] ^ (directions[j - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                direction ^= ((coefficients >> (degree - 1 - k)) & 1) != 0 ? directions[j - k] : 0;
            }

            directions[j] = direction;
        }
    }
}
