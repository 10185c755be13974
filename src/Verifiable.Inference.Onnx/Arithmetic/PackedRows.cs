namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>A left operand rearranged for the kernels: tiles of <see cref="Contraction.TileRows"/> rows, each tile product by product. The last one has the rows
/// that are left. Different tiles may be filled by different threads; immutable once filled.</summary>
internal sealed class PackedRows
{
    private readonly float[] _tiles;
    private readonly int _start;

    /// <summary>Creates rows for <see cref="Fill"/>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="depth">The elements of a row.</param>
    /// <param name="memory">Where they go.</param>
    internal PackedRows(int rows, int depth, PreparedMemory memory)
    {
        Rows = rows;
        Depth = depth;
        TileCount = (int)(((long)rows + Contraction.TileRows - 1) / Contraction.TileRows);
        _tiles = memory.Take(checked(rows * depth), out _start);
    }

    internal int Rows { get; }

    internal int Depth { get; }

    internal int TileCount { get; }

    /// <summary>Packs one tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="left">The whole left operand.</param>
    /// <param name="rowStep">The distance between neighbouring rows.</param>
    /// <param name="depthStep">The distance between the elements of neighbouring products.</param>
    internal void Fill(int tile, ReadOnlySpan<float> left, int rowStep, int depthStep)
    {
        if (Depth > 0)
        {
            int first = tile * Contraction.TileRows;
            RowPacking.Pack(left[(first * rowStep)..], rowStep, depthStep, RowsOf(tile), Depth, _tiles.AsSpan(_start + (first * Depth), RowsOf(tile) * Depth), RowsOf(tile));
        }
    }

    /// <summary>Gets the number of rows of a tile.</summary>
    internal int RowsOf(int tile) => Math.Min(Contraction.TileRows, Rows - (tile * Contraction.TileRows));

    /// <summary>Gets the elements of a tile: for each product in turn, those of its rows.</summary>
    internal ReadOnlySpan<float> Tile(int tile) => _tiles.AsSpan(_start + (tile * Contraction.TileRows * Depth), RowsOf(tile) * Depth);
}
