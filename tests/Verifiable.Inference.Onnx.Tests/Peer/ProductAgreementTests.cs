using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>Products with constant weights have ONNX Runtime's own bits: its kernel for packed weights sums in the order of the canonical arithmetic.</summary>
public sealed class ProductAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    [PeerFact]
    public async Task MatMul_with_constant_weights_has_the_bits_of_another_engine()
    {
        var random = new SeededWeights(1);
        for (int i = 0; i < 60; i++)
        {
            (int rows, int depth, int columns) = Shape(random);
            OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, rows, depth).Initializer("w", random.Uniform(-1, 1, depth, columns))
                .Node("MatMul", ["x", "w"], ["y"]).Output("y", ElementType.Float32, rows, columns).Build();
            await RequireSameBits(model, NamedTensors.Of("x", random.Uniform(-1, 1, rows, depth)), $"MatMul {rows} × {depth} × {columns}");
        }
    }

    [PeerFact]
    public async Task Gemm_with_constant_weights_has_the_bits_of_another_engine()
    {
        var random = new SeededWeights(2);
        for (int i = 0; i < 60; i++)
        {
            (int rows, int depth, int columns) = Shape(random);
            bool isTransposed = random.Below(2) == 0;
            var builder = new OnnxModelBuilder(17).Input("x", ElementType.Float32, rows, depth)
                .Initializer("w", isTransposed ? random.Uniform(-1, 1, columns, depth) : random.Uniform(-1, 1, depth, columns));
            bool hasBias = random.Below(3) != 0;
            if (hasBias)
            {
                builder.Initializer("b", random.Uniform(-1, 1, columns));
            }

            OnnxModel model = builder.Node("Gemm", hasBias ? ["x", "w", "b"] : ["x", "w"], ["y"], ("transB", AttributeValue.Of(isTransposed ? 1L : 0L)))
                .Output("y", ElementType.Float32, rows, columns).Build();
            await RequireSameBits(model, NamedTensors.Of("x", random.Uniform(-1, 1, rows, depth)), $"Gemm {rows} × {depth} × {columns}, transposed {isTransposed}, bias {hasBias}");
        }
    }

    // Beyond the other tests' shapes on every axis: rows past every tile and block, sums past every panel, columns past every stripe.
    [PeerTheory]
    [InlineData(1024, 1024, 1024)]
    [InlineData(1, 4096, 4096)]
    [InlineData(61, 4099, 211)]
    [InlineData(197, 3072, 768)]
    [InlineData(333, 257, 1031)]
    public async Task Large_products_with_constant_weights_have_the_bits_of_another_engine(int rows, int depth, int columns)
    {
        var random = new SeededWeights(3);
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, rows, depth).Initializer("w", random.Uniform(-1, 1, depth, columns))
            .Node("MatMul", ["x", "w"], ["y"]).Output("y", ElementType.Float32, rows, columns).Build();
        await RequireSameBits(model, NamedTensors.Of("x", random.Uniform(-1, 1, rows, depth)), $"MatMul {rows} × {depth} × {columns}");
    }

    private static (int Rows, int Depth, int Columns) Shape(SeededWeights random) =>
        (random.Below(3) == 0 ? 1 : 1 + random.Below(40), 1 + random.Below(random.Below(2) == 0 ? 40 : 1600), 1 + random.Below(random.Below(4) == 0 ? 8 : 200));

    private async Task RequireSameBits(OnnxModel model, NamedTensors inputs, string what)
    {
        TensorValue ours = (await new CanonicalEngine(model).RunAsync(inputs, new GenerationOptions(0)))["y"];
        using var session = new OnnxRuntimeSession(model.ToBytes());
        TensorValue theirs = session.Run(inputs)["y"];
        int other = TensorDistance.CountOtherBits(theirs, ours);
        log.WriteLine($"{what}: {other} of {ours.Length} differ");
        Assert.True(other == 0, $"{what}: {other} of {ours.Length} elements have other bits");
    }
}
