using System.Globalization;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Operators that keep the plan of the last shape: what ran before is not seen in what comes after.</summary>
public sealed class KeptPlanTests
{
    // Shapes of two operands; from one line to the next only one of them changes, and at last both are as at first.
    private static readonly string[] _products = ["2x3 3x4", "2x3 3x5", "6x3 3x5", "2x3x3 3x5", "2x3x3 2x3x5", "2x3x3 1x3x5", "2x3 3x4"];

    private static readonly string[] _planes = ["1x2x9x7", "1x2x7x9", "2x1x7x9", "1x2x6x9", "1x2x9x7"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Products_of_changing_shapes_have_the_bits_of_the_definition(int threads)
    {
        Check("MatMul", _products, threads);
        Check("Gemm", [.. _products.Where(shapes => shapes.Count(letter => letter == 'x') == 2)], threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pools_of_changing_shapes_have_the_bits_of_the_definition(int threads)
    {
        (string, AttributeValue)[] window = [("kernel_shape", AttributeValue.Of([3L, 2L])), ("pads", AttributeValue.Of([1L, 0L, 1L, 1L])), ("strides", AttributeValue.Of([2L, 1L]))];
        Check("AveragePool", _planes, threads, window);
        Check("MaxPool", _planes, threads, window);
    }

    [Fact]
    public void Convolutions_of_changing_shapes_have_the_bits_of_the_definition()
    {
        string[] inputs = [.. _planes.Where(shape => shape.StartsWith("1x2", StringComparison.Ordinal))];
        string[] weights = ["3x2x3x3", "3x2x1x2"];
        Check("Conv", [.. inputs.SelectMany(input => weights.Select(each => $"{input} {each}"))], 1);
        Check("Conv", [.. weights.SelectMany(each => inputs.Select(input => $"{input} {each}"))], 1);
    }

    private static void Check(string name, string[] lines, int threads, params (string, AttributeValue)[] attributes)
    {
        var random = new CaseRandom(5);
        BoundOperator? bound = null;
        foreach (string line in lines)
        {
            TensorValue[] inputs = [.. line.Split(' ').Select(shape => random.Floats([.. shape.Split('x').Select(length => long.Parse(length, CultureInfo.InvariantCulture))]))];
            bound ??= OperatorCase.Of(name, 13, inputs, [], attributes).Bind(false);
            TensorValue output = OperatorCase.Compute(bound, new OperatorContext(0, threads) { LeastWorkPerThread = 1 }, inputs, 1)[0];
            uint[] bits = ConvolutionTests.Bits(output.AsSpan<float>());
            var reader = new TensorInputs(inputs);
            for (int i = 0; i < bits.Length; i++)
            {
                Assert.True(bits[i] == bound.Element(new OperatorContext(), reader, 0, i), $"{name}, {line}, element {i}");
            }
        }
    }
}
