using System.Buffers;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <content>The form in which places are rows and are read tap by tap; see <see cref="TapContraction"/>.</content>
internal readonly partial struct Convolution
{
    // Threads share the pairs of a panel of output channels and a chunk of tiles, so that each reads few of the weights.
    private void RunTaps(int image, ReadOnlyMemory<byte> elements, float[]? laidOut, ConvWeights weights)
    {
        Convolution self = this;
        ConvPlan plan = _plan;
        int tiles = plan.Places / TapContraction.TilePlaces;
        int chunks = plan.ChunksOfTiles;
        int panels = plan.Rows / TapContraction.PanelWidth;
        int most = (tiles + chunks - 1) / chunks;
        _context.For(checked(plan.Groups * panels * chunks), (long)most * TapContraction.TilePlaces * TapContraction.PanelWidth * plan.Depth / 8, (from, to) =>
        {
            ReadOnlySpan<float> source = laidOut is null ? Floats(elements) : laidOut;
            float[] sums = ArrayPool<float>.Shared.Rent(most * TapContraction.TilePlaces * TapContraction.PanelWidth);
            for (int item = from; item < to; item++)
            {
                int group = item / chunks / panels;
                int chunk = item % chunks;
                int first = (int)((long)tiles * chunk / chunks);
                int end = (int)((long)tiles * (chunk + 1) / chunks);
                self.RunTiles(image, group, item / chunks % panels, first, end, source[(group * plan.Channels * plan.PlaneLength)..], sums, weights.Columns[group]);
            }

            ArrayPool<float>.Shared.Return(sums);
        });
    }

    // Some tiles and one panel, a block of products after the other.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunTiles(int image, int group, int panel, int first, int end, ReadOnlySpan<float> source, Span<float> sums, PackedMatrix weights)
    {
        ConvPlan plan = _plan;
        int width = TapContraction.PanelWidth;
        int count = (end - first) * TapContraction.TilePlaces;
        int channel = (group * plan.Rows) + (panel * width);
        ReadOnlySpan<float> bias = _bias is null ? default : _bias.AsSpan<float>().Slice(channel, width);
        Span<float> totals = sums[..(count * width)];
        for (int start = 0; start < plan.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, plan.Depth - start);
            ReadOnlySpan<float> lines = weights.Panel(panel).Slice(start * width, length * width);
            TapContraction.Multiply(source, plan.Layout, first, plan.Taps.AsSpan(start, length), lines, bias, start > 0, totals);
        }

        int target = (((image * plan.Groups * plan.Rows) + channel) * plan.Places) + (first * TapContraction.TilePlaces);
        Span<float> output = _output.AsSpan<float>();
        Transposition.Run(totals, width, count, width, output[target..], plan.Places);
        Finish(output, target, width, count);
    }
}
