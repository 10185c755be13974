using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A left operand of 8-bit integers packed for <see cref="PairProduct"/>: tiles of rows, each pair by pair, zero points subtracted. Immutable once filled.</summary>
internal sealed class PairRows
{
    private readonly int[] _tiles;
    private readonly int _rows;

    private PairRows(int rows, int pairs)
    {
        _rows = rows;
        Pairs = pairs;
        _tiles = new int[checked(PairProduct.PaddedRows(rows) * pairs)];
    }

    internal int Pairs { get; }

    internal int TileCount => (_rows + PairProduct.TileRows - 1) / PairProduct.TileRows;

    /// <summary>Counts the bytes that packed rows take.</summary>
    internal static Int128 BytesOf(Int128 rows, Int128 pairs) => (rows + 3) / 4 * 4 * pairs * sizeof(int);

    /// <summary>Packs rows.</summary>
    /// <param name="context">The threads.</param>
    /// <param name="elements">The tensor that holds them.</param>
    /// <param name="first">The first element of the first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="length">The distance of rows.</param>
    /// <param name="channels">The length of the sum in channels, whose neighbours are pairs.</param>
    /// <param name="taps">The neighbours in a row that belong to one channel; 1 for a matrix.</param>
    /// <param name="zero">The zero point of a row.</param>
    internal static PairRows Pack(OperatorContext context, TensorValue elements, int first, int rows, int length, int channels, int taps, Func<int, int> zero)
    {
        PairRows packed = new(rows, (channels + 1) / 2 * taps);
        context.With(null).For(packed.Pairs == 0 ? 0 : packed.TileCount, 2L * PairProduct.TileRows * packed.Pairs, (from, to) =>
        {
            for (int row = from * PairProduct.TileRows; row < Math.Min(rows, to * PairProduct.TileRows); row++)
            {
                ReadOnlySpan<byte> line = elements.Bytes.Span.Slice(first + (row * length), channels * taps);
                packed.Fill(row, line, elements.Type == ElementType.Int8 ? (byte)0x80 : (byte)0, elements.Type == ElementType.Int8 ? 128 + zero(row) : zero(row), channels, taps);
            }
        });
        return packed;
    }

    /// <summary>Gets a tile, and how many rows it is packed with.</summary>
    internal ReadOnlySpan<int> Tile(int tile, out int rows)
    {
        rows = PairProduct.PaddedRows(Math.Min(PairProduct.TileRows, _rows - (tile * PairProduct.TileRows)));
        return _tiles.AsSpan(tile * PairProduct.TileRows * Pairs, rows * Pairs);
    }

    // A signed byte with its sign bit turned over is the unsigned one 128 above it.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Fill(int row, ReadOnlySpan<byte> line, byte turn, int zero, int channels, int taps)
    {
        int tile = row / PairProduct.TileRows;
        int width = PairProduct.PaddedRows(Math.Min(PairProduct.TileRows, _rows - (tile * PairProduct.TileRows)));
        Span<int> to = _tiles.AsSpan((tile * PairProduct.TileRows * Pairs) + (row % PairProduct.TileRows));
        int pair = 0;
        for (int channel = 0; channel < channels; channel += 2)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                int one = (line[(channel * taps) + tap] ^ turn) - zero;
                int other = channel + 1 < channels ? (line[((channel + 1) * taps) + tap] ^ turn) - zero : 0;
                to[pair * width] = PairProduct.Pair(one, other);
                pair++;
            }
        }
    }
}
