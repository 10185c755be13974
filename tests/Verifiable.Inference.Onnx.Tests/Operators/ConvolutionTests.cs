using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Convolutions of every form: shapes that fill vectors, panels, tiles and strips, and that miss them by one.</summary>
public sealed class ConvolutionTests
{
    // Batch, input channels, output channels, groups, height, width, kernel, stride, padding.
    public static TheoryData<int[]> Shapes => new()
    {
        { [1, 3, 20, 1, 9, 11, 3, 2, 1] },
        { [2, 5, 13, 1, 7, 7, 3, 1, 1] },
        { [1, 30, 96, 1, 7, 7, 1, 1, 0] },
        { [1, 300, 40, 1, 7, 9, 1, 1, 0] },
        { [1, 290, 33, 1, 14, 14, 1, 1, 0] },
        { [1, 290, 64, 1, 5, 5, 1, 1, 0] },
        { [1, 290, 96, 1, 14, 14, 1, 1, 0] },
        { [1, 600, 64, 1, 5, 13, 1, 1, 0] },
        { [2, 300, 128, 2, 13, 5, 1, 1, 0] },
        { [1, 60, 64, 1, 14, 14, 3, 1, 1] },
        { [1, 6, 100, 1, 28, 28, 1, 1, 0] },
        { [1, 16, 12, 1, 40, 33, 1, 1, 0] },
        { [1, 40, 25, 1, 30, 31, 3, 1, 1] },
        { [2, 12, 130, 2, 10, 10, 1, 1, 0] },
        { [1, 64, 64, 2, 9, 10, 3, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_gives_the_bits_of_the_definition_and_finishes_each_element_once(int[] shape)
    {
        Check(shape, true, 23);
        Check(shape, false, 23);
        Check(shape, true, 23, isSpecial: true);
    }

    // A plane of its own for each channel, with rows from one element to some vectors; the last plane ends where the input ends.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Windows_over_one_channel_give_the_bits_of_the_definition_for_every_width(int stride)
    {
        for (int width = 1; width <= 70; width++)
        {
            foreach (int height in new[] { 1, 2, 3, 6, 7 })
            {
                Check([1, 3, 3, 3, height, width, 3, stride, 1], width % 2 == 0, 1);
            }
        }
    }

    // Output channels in part of a tile, so that places are columns for every vector width; places that fill panels and half panels, and that miss them; blocks of 256.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 7)]
    [InlineData(1, 257)]
    public void Windows_of_one_element_give_the_bits_of_the_definition_whether_they_are_read_in_place_or_packed(int groups, int channels)
    {
        for (int places = 1; places <= 70; places++)
        {
            Check([2, groups * channels, groups * 7, groups, 1, places, 1, 1, 0], places % 2 == 0, channels > 7 ? 11 : 1);
        }

        foreach (int places in new[] { 240, 256, 511, 512, 513, 1008 })
        {
            Check([1, groups * channels, groups * 7, groups, 1, places, 1, 1, 0], places % 2 == 0, 101);
        }
    }

    // Rows of whole tiles of 14 places and output channels of whole panels, which are read tap by tap with vectors of 512 bits; sizes that miss them by one; chunks of
    // tiles; blocks of 256 and what is left of them.
    [Theory]
    [InlineData(1, 29, 32, 1, 14, 14, 3, 1, 1)]
    [InlineData(2, 60, 64, 1, 5, 28, 3, 1, 1)]
    [InlineData(1, 64, 128, 2, 3, 42, 3, 1, 1)]
    [InlineData(1, 30, 32, 1, 9, 56, 3, 2, 1)]
    [InlineData(1, 29, 32, 1, 60, 14, 3, 1, 1)]
    [InlineData(1, 29, 32, 1, 16, 16, 3, 1, 0)]
    [InlineData(1, 29, 32, 1, 7, 13, 3, 1, 1)]
    [InlineData(1, 29, 33, 1, 7, 14, 3, 1, 1)]
    [InlineData(1, 28, 32, 1, 7, 14, 3, 1, 1)]
    [InlineData(1, 11, 32, 1, 20, 32, 5, 1, 0)]
    [InlineData(2, 257, 64, 1, 14, 14, 1, 1, 0)]
    [InlineData(1, 600, 128, 2, 7, 14, 1, 1, 0)]
    public void Rows_of_whole_tiles_give_the_bits_of_the_definition(params int[] shape)
    {
        Check(shape, true, 7);
        Check(shape, false, 101);
        Check(shape, true, 101, isSpecial: true);
    }

    // The first shape decides how a constant's weights are packed, for all that come later; where places are rows, threads may then take more of them than are packed at once.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Weights_packed_for_one_shape_give_the_bits_of_the_definition_for_every_other(int width)
    {
        var random = new CaseRandom((ulong)width);
        TensorValue weights = random.Floats(32, 32, 3, 1);
        TensorValue bias = random.Floats(32);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            foreach (int[] heights in new[] { new[] { 17, 2000 / width, 17 }, [2000 / width, 17, 2000 / width], [5, 1100] })
            {
                BoundOperator? bound = null;
                foreach (int height in heights)
                {
                    TensorValue[] inputs = [random.Floats(1, 32, height, width), weights, bias];
                    bound ??= OperatorCase.Of("Conv", 13, inputs, [], ("pads", AttributeValue.Of([1L, 0L, 1L, 0L]))).Bind(true);
                    var context = new OperatorContext(0, threads) { LeastWorkPerThread = 1 };
                    uint[] bits = Bits(OperatorCase.Compute(bound, context, inputs, 1)[0].AsSpan<float>());
                    var reader = new TensorInputs(inputs);
                    for (int i = 0; i < bits.Length; i += 397)
                    {
                        Assert.True(bits[i] == bound.Element(new OperatorContext(), reader, 0, i), $"{threads} threads, height {height} of {string.Join(", ", heights)}, element {i}");
                    }
                }
            }
        }
    }

    // Their memory is counted once.
    [Fact]
    public async Task Weights_that_many_runs_need_first_are_packed_once()
    {
        TensorValue weights = new CaseRandom(1).Floats(64, 16, 3, 3);
        ConvWeightsCell cell = new(new PreparedMemory());
        int packed = 0;
        using Barrier barrier = new(8);
        WindowPlan window = new(2);
        window.Set(0, 20, 3, 18, 1, 1, 0, 0);
        window.Set(1, 20, 3, 18, 1, 1, 0, 0);
        ConvPlan plan = new(window, new TensorShape(1, 16, 20, 20), weights.Shape, 1);
        ConvWeights[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                return cell.Get(memory =>
                {
                    _ = Interlocked.Increment(ref packed);
                    return ConvWeights.Pack(new OperatorContext(), weights, plan, memory);
                });
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(1, packed);
        Assert.All(all, each => Assert.Same(cell.Weights, each));
    }

    internal static uint[] Bits(ReadOnlySpan<float> values)
    {
        float[] canonical = values.ToArray();
        CanonicalNaN.Apply(canonical);
        return [.. canonical.Select(BitConverter.SingleToUInt32Bits)];
    }

    private static void Check(int[] shape, bool hasBias, int step, bool isSpecial = false)
    {
        (int batch, int channels, int rows, int groups, int height, int width) = (shape[0], shape[1], shape[2], shape[3], shape[4], shape[5]);
        (long kernel, long stride, long padding) = (shape[6], shape[7], shape[8]);
        var random = new CaseRandom((ulong)(width + (100 * height) + rows));
        TensorValue[] inputs = [random.Floats(batch, channels, height, width), random.Floats(rows, channels / groups, kernel, kernel), .. hasBias ? [random.Floats(rows)] : Array.Empty<TensorValue>()];
        OperatorCase sample = OperatorCase.Of(
            "Conv",
            13,
            inputs,
            [],
            ("group", AttributeValue.Of(groups)),
            ("strides", AttributeValue.Of([stride, stride])),
            ("pads", AttributeValue.Of([padding, padding, padding, padding])));
        if (isSpecial)
        {
            inputs = [Sprinkle(random, inputs[0]), Sprinkle(random, inputs[1]), .. inputs[2..]];
            sample = sample with { Inputs = [.. inputs] };
        }

        BoundOperator bound = sample.Bind(false);
        float[] plain = [.. OperatorCase.Compute(bound, new OperatorContext(), inputs, 1)[0].AsSpan<float>()];
        var reader = new TensorInputs(inputs);
        for (int i = 0; i < plain.Length; i += Math.Max(1, Math.Min(step, plain.Length - 1 - i)))
        {
            Assert.True(BitConverter.SingleToUInt32Bits(plain[i]) == bound.Element(new OperatorContext(), reader, 0, i), $"[{string.Join(", ", shape)}], element {i}");
        }

        foreach (int threads in new[] { 1, 2, 3 })
        {
            var recorder = new FinishRecorder(plain.Length);
            var context = new OperatorContext(0, threads) { LeastWorkPerThread = 1, Epilogue = recorder };
            float[] finished = [.. OperatorCase.Compute(sample.Bind(true), context, inputs, 1)[0].AsSpan<float>()];
            Assert.All(recorder.Counts, count => Assert.Equal(1, count));
            Assert.Equal(Bits(plain), Bits(recorder.Seen));
            Assert.Equal(Bits([.. plain.Select(value => value + 1f)]), finished.Select(BitConverter.SingleToUInt32Bits));
        }
    }

    // One special value in some hundreds: sums of thousands of products that hold more of them are NaNs alone.
    private static TensorValue Sprinkle(CaseRandom random, TensorValue tensor)
    {
        float[] values = tensor.AsSpan<float>().ToArray();
        random.IsSpecial = true;
        for (int i = random.Next(300); i < values.Length; i += 1 + random.Next(300))
        {
            values[i] = random.Float();
        }

        return TensorValue.Create(values, [.. tensor.Shape.Lengths]);
    }
}
