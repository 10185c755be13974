using System.Runtime.InteropServices;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class PreparedMemoryTests
{
    [Fact]
    public void Pieces_are_apart_and_begin_at_cache_lines()
    {
        var memory = new PreparedMemory();
        memory.Expect(3_000_000);
        var random = new Random(1);
        var pieces = new List<(float[] Array, int Offset, int Count, float Mark)>();
        for (int i = 0; i < 100; i++)
        {
            int count = i == 50 ? 9 << 20 : random.Next(0, 60_000);
            float[] array = memory.Take(count, out int offset);
            array.AsSpan(offset, count).Fill(i);
            Assert.Equal(0, Marshal.UnsafeAddrOfPinnedArrayElement(array, offset) % AlignedMemory.LineBytes);
            pieces.Add((array, offset, count, i));
        }

        Assert.All(pieces, piece => Assert.Equal(-1, piece.Array.AsSpan(piece.Offset, piece.Count).IndexOfAnyExcept(piece.Mark)));
    }

    // Packed by the first run, once for all graph nodes that use a constant.
    [Fact]
    public async Task Convolutions_that_share_weights_share_what_is_packed()
    {
        const int Channels = 256;
        const int Nodes = 8;
        var builder = new OnnxModelBuilder();
        builder.Input("x0", ElementType.Float32, 1, Channels, 2, 2).Initializer("w", TensorValue.Create(new float[Channels * Channels * 9], Channels, Channels, 3, 3));
        for (int i = 0; i < Nodes; i++)
        {
            builder.Node("Conv", [$"x{i}", "w"], [$"x{i + 1}"], ("pads", AttributeValue.Of(1L, 1L, 1L, 1L)));
        }

        OnnxModel model = builder.Output($"x{Nodes}", ElementType.Float32, 1, Channels, 2, 2).Build();
        var engine = new CanonicalEngine(model);
        var inputs = NamedTensors.Of("x0", TensorValue.Create(new float[Channels * 4], 1, Channels, 2, 2));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = await engine.RunAsync(inputs, new GenerationOptions(0));
        long weights = (long)Channels * Channels * 9 * sizeof(float);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, weights, 2 * weights);
    }

    // In another number of groups the same constant is packed in another way.
    [Fact]
    public async Task Convolutions_in_different_groups_may_share_weights()
    {
        TensorValue weights = TensorValue.Create([.. Enumerable.Range(0, 32 * 3).Select(i => (float)i)], 32, 3, 1, 1);
        OnnxModelBuilder Builder() => new OnnxModelBuilder().Initializer("w", weights).Input("x", ElementType.Float32, 1, 3, 5, 5).Input("z", ElementType.Float32, 1, 6, 5, 5);
        OnnxModelBuilder One(OnnxModelBuilder builder) => builder.Node("Conv", ["x", "w"], ["a"]).Output("a", ElementType.Float32, 1, 32, 5, 5);
        OnnxModelBuilder Two(OnnxModelBuilder builder) => builder.Node("Conv", ["z", "w"], ["b"], ("group", AttributeValue.Of(2L))).Output("b", ElementType.Float32, 1, 32, 5, 5);
        var inputs = new NamedTensors(
        [
            KeyValuePair.Create("x", TensorValue.Create([.. Enumerable.Range(0, 75).Select(i => (float)i)], 1, 3, 5, 5)),
            KeyValuePair.Create("z", TensorValue.Create([.. Enumerable.Range(0, 150).Select(i => (float)i)], 1, 6, 5, 5)),
        ]);
        NamedTensors both = await new CanonicalEngine(Two(One(Builder())).Build()).RunAsync(inputs, new GenerationOptions(0));
        Assert.Equal((await new CanonicalEngine(One(Builder()).Build()).RunAsync(inputs, new GenerationOptions(0)))["a"], both["a"]);
        Assert.Equal((await new CanonicalEngine(Two(Builder()).Build()).RunAsync(inputs, new GenerationOptions(0)))["b"], both["b"]);
    }
}
