using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Tiles of places that are rows of a contraction: packed by <see cref="PlacePacking"/>, or read in the input, whose planes are the lines of the products. Which of
/// the two cannot reach a result.</summary>
internal readonly ref struct PlaceTiles
{
    private readonly ReadOnlySpan<float> _elements;
    private readonly int _room;
    private readonly int _lineStep;
    private readonly int _start;

    private PlaceTiles(ReadOnlySpan<float> elements, int room, int lineStep, int start)
    {
        _elements = elements;
        _room = room;
        _lineStep = lineStep;
        _start = start;
    }

    /// <summary>Describes packed tiles.</summary>
    /// <param name="packed">The elements of the first tile on.</param>
    /// <param name="room">The distance between tiles.</param>
    internal static PlaceTiles Packed(ReadOnlySpan<float> packed, int room) => new(packed, room, 0, 0);

    /// <summary>Describes places that are read in the input.</summary>
    /// <param name="source">The elements from the first place of the first product on.</param>
    /// <param name="lineStep">The distance between the elements of neighbouring products: the places of a plane.</param>
    internal static PlaceTiles InPlace(ReadOnlySpan<float> source, int lineStep) => new(source, 0, lineStep, 0);

    /// <summary>Gets the same tiles from a later product on.</summary>
    internal PlaceTiles From(int product) => new(_elements, _room, _lineStep, product);

    /// <summary>Computes one block of all places and one panel.</summary>
    /// <param name="count">The number of places.</param>
    /// <param name="length">How many products, at most <see cref="Contraction.BlockLength"/>.</param>
    /// <param name="lines">The lines of the panel, from the block's first product on.</param>
    /// <param name="sums">Where the sums go: <paramref name="width"/> for each place.</param>
    /// <param name="width">The width of the panel.</param>
    /// <param name="accumulates">Whether the block is added to what the sums hold.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Multiply(int count, int length, ReadOnlySpan<float> lines, Span<float> sums, int width, bool accumulates)
    {
        if (_lineStep > 0)
        {
            var block = new ContractionBlock(count, length, 1, _lineStep, width, width, accumulates);
            Contraction.MultiplyBlock(block, _elements[(_start * _lineStep)..], lines, sums, width);
            return;
        }

        int tile = Contraction.TileRows;
        for (int row = 0; row < count; row += tile)
        {
            int rows = Math.Min(tile, count - row);
            Contraction.MultiplyTile(_elements.Slice((row / tile * _room) + (_start * rows), length * rows), rows, lines, length, sums[(row * width)..], width, accumulates, width);
        }
    }
}
