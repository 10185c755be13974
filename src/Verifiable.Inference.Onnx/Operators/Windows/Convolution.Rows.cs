using System.Buffers;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <content>The form in which places are rows and output channels are columns.</content>
internal readonly partial struct Convolution
{
    // As many tiles of places as one call packs.
    private const int TilesAtOnce = 32;

    private void RunRows(int image, ReadOnlyMemory<byte> elements, float[]? laidOut, ConvWeights weights)
    {
        Convolution self = this;
        ConvPlan plan = _plan;
        if (plan.IsTapByTap)
        {
            RunTaps(image, elements, laidOut, weights);
            return;
        }

        int chunks = plan.Chunks(_context.Threads);
        if (chunks == 0)
        {
            RunPanels(image, elements, laidOut, weights);
            return;
        }

        // Threads share the places: each packs its own, and nobody waits between.
        _context.For(checked(plan.Groups * chunks), (long)plan.Rows * plan.Depth * (plan.Places / chunks) / 8, (from, to) =>
        {
            ReadOnlySpan<float> source = laidOut is null ? Floats(elements) : laidOut;
            int most = (plan.Places / chunks) + 1;
            int tiles = (most + Contraction.TileRows - 1) / Contraction.TileRows;
            float[] packed = ArrayPool<float>.Shared.Rent(checked(tiles * PlacePacking.PanelLength(Math.Min(plan.Depth, Contraction.BlockLength), Contraction.TileRows)));
            float[] sums = ArrayPool<float>.Shared.Rent(checked(most * plan.SumsOfPlace));
            for (int item = from; item < to; item++)
            {
                int group = item / chunks;
                int chunk = item % chunks;
                int first = (int)((long)plan.Places * chunk / chunks);
                int count = (int)((long)plan.Places * (chunk + 1) / chunks) - first;
                self.RunChunk(image, group, first, count, source[(group * plan.Channels * plan.PlaneLength)..], packed, sums, weights.Columns[group]);
            }

            ArrayPool<float>.Shared.Return(sums);
            ArrayPool<float>.Shared.Return(packed);
        });
    }

    // Some places and all output channels, a block of products after the other.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunChunk(int image, int group, int first, int count, ReadOnlySpan<float> source, Span<float> packed, Span<float> sums, PackedMatrix weights)
    {
        ConvPlan plan = _plan;
        int tile = Contraction.TileRows;
        int begin = (((image * plan.Groups) + group) * plan.Rows * plan.Places) + first;
        ReadOnlySpan<float> bias = _bias is null ? default : _bias.AsSpan<float>().Slice(group * plan.Rows, plan.Rows);
        for (int start = 0; start < plan.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, plan.Depth - start);
            PlaceTiles tiles;
            if (plan.ReadsRowsInPlace)
            {
                tiles = PlaceTiles.InPlace(source[((start * plan.Area) + first)..], plan.Area);
            }
            else
            {
                PlacePacking.Pack(source, plan.Layout, plan.Taps.AsSpan(start, length), first, count, tile, count % tile, packed);
                tiles = PlaceTiles.Packed(packed, PlacePacking.PanelLength(length, tile));
            }

            for (int panel = 0; panel < weights.PanelCount; panel++)
            {
                int width = weights.WidthOf(panel);
                int channel = panel * Contraction.PanelWidth;
                int channels = Math.Min(width, plan.Rows - channel);
                Span<float> totals = sums.Slice(plan.Depth > Contraction.BlockLength ? channel * count : 0, count * width);
                if (start == 0 && _bias is not null)
                {
                    FillBias(totals, bias.Slice(channel, channels), width);
                }

                ReadOnlySpan<float> lines = weights.Panel(panel).Slice(start * width, length * width);
                tiles.Multiply(count, length, lines, totals, width, _bias is not null || start > 0);

                if (start + length == plan.Depth)
                {
                    int target = begin + (channel * plan.Places);
                    Span<float> output = _output.AsSpan<float>();
                    Transposition.Run(totals, width, count, channels, output[target..], plan.Places);
                    Finish(output, target, channels, count);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillBias(Span<float> sums, ReadOnlySpan<float> bias, int width)
    {
        // Twice as much at each step.
        sums[..width].Clear();
        bias.CopyTo(sums);
        for (int filled = width; filled < sums.Length; filled *= 2)
        {
            sums[..Math.Min(filled, sums.Length - filled)].CopyTo(sums[filled..]);
        }
    }

    // All places are packed first, and threads share the panels.
    private void RunPanels(int image, ReadOnlyMemory<byte> elements, float[]? laidOut, ConvWeights weights)
    {
        Convolution self = this;
        ConvPlan plan = _plan;
        int tile = Contraction.TileRows;
        int room = PlacePacking.PanelLength(plan.Depth, tile);
        int most = Math.Min(plan.Places, ConvPlan.PlacesAtOnce);
        float[] packed = ArrayPool<float>.Shared.Rent(plan.ReadsRowsInPlace ? 0 : checked((most + tile - 1) / tile * room));
        for (int group = 0; group < plan.Groups; group++)
        {
            PackedMatrix right = weights.Columns[group];
            int offset = group * plan.Channels * plan.PlaneLength;
            int begin = ((image * plan.Groups) + group) * plan.Rows * plan.Places;
            ReadOnlyMemory<byte> shifts = _bias is null ? default : _bias.Bytes.Slice(group * plan.Rows * sizeof(float), plan.Rows * sizeof(float));
            for (int first = 0; first < plan.Places; first += most)
            {
                int place = first;
                int count = Math.Min(most, plan.Places - first);
                _context.For(plan.ReadsRowsInPlace ? 0 : (count + tile - 1) / tile, (long)plan.Depth * tile / 4, (from, to) =>
                {
                    ReadOnlySpan<float> source = (laidOut is null ? Floats(elements) : laidOut)[offset..];
                    for (int i = from; i < to; i += TilesAtOnce)
                    {
                        int start = i * tile;
                        int end = Math.Min(count, Math.Min(to, i + TilesAtOnce) * tile);
                        PlacePacking.Pack(source, plan.Layout, plan.Taps, place + start, end - start, tile, end % tile, packed.AsSpan(i * room));
                    }
                });
                _context.For(right.PanelCount, (long)count * plan.Depth * Contraction.PanelWidth / 8, (from, to) =>
                {
                    float[] sums = ArrayPool<float>.Shared.Rent(count * Contraction.PanelWidth);
                    PlaceTiles tiles = plan.ReadsRowsInPlace ? PlaceTiles.InPlace(Floats(elements)[(offset + place)..], plan.Area) : PlaceTiles.Packed(packed, room);
                    for (int panel = from; panel < to; panel++)
                    {
                        self.RunPanel(right, panel, tiles, place, count, sums, Floats(shifts), begin);
                    }

                    ArrayPool<float>.Shared.Return(sums);
                });
            }
        }

        ArrayPool<float>.Shared.Return(packed);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunPanel(PackedMatrix right, int panel, in PlaceTiles tiles, int first, int count, Span<float> sums, ReadOnlySpan<float> bias, int begin)
    {
        ConvPlan plan = _plan;
        int width = right.WidthOf(panel);
        int channel = panel * Contraction.PanelWidth;
        int channels = Math.Min(width, plan.Rows - channel);
        if (_bias is not null)
        {
            FillBias(sums[..(count * width)], bias.Slice(channel, channels), width);
        }

        for (int start = 0; start < plan.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, plan.Depth - start);
            tiles.From(start).Multiply(count, length, right.Panel(panel).Slice(start * width, length * width), sums, width, _bias is not null || start > 0);
        }

        Span<float> output = _output.AsSpan<float>();
        int target = begin + (channel * plan.Places) + first;
        Transposition.Run(sums, width, count, channels, output[target..], plan.Places);
        Finish(output, target, channels, count);
    }
}
