using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Graph;

/// <summary>Small models for tests: a fixed classifier, and random ones with every kind of attribute and type of initialiser.</summary>
internal static class SampleModels
{
    private static readonly ElementType[] _types =
    [
        ElementType.Float32, ElementType.UInt8, ElementType.Int8, ElementType.UInt16, ElementType.Int16, ElementType.Int32, ElementType.Int64, ElementType.Boolean,
        ElementType.Float16, ElementType.Float64, ElementType.UInt32, ElementType.UInt64, ElementType.BFloat16,
    ];

    public static OnnxModelBuilder ClassifierBuilder() => new OnnxModelBuilder(13)
        .Input("x", ElementType.Float32, "N", 1, 4, 4)
        .Output("y", ElementType.Float32, "N", 3)
        .Initializer("conv_w", Ramp(2, 1, 3, 3))
        .Initializer("conv_b", Ramp(2))
        .Initializer("shape", TensorValue.Create([0L, -1L], 2))
        .Initializer("fc_w", Ramp(32, 3))
        .Initializer("fc_b", Ramp(3))
        .Node(string.Empty, "Conv", "conv", ["x", "conv_w", "conv_b"], ["h1"], ("pads", AttributeValue.Of([1L, 1L, 1L, 1L])), ("kernel_shape", AttributeValue.Of([3L, 3L])))
        .Node(string.Empty, "Relu", "relu", ["h1"], ["h2"])
        .Node(string.Empty, "Reshape", "flat", ["h2", "shape"], ["h3"])
        .Node(string.Empty, "Gemm", "fc", ["h3", "fc_w", "fc_b"], ["h4"], ("alpha", AttributeValue.Of(1f)), ("transB", AttributeValue.Of(0L)))
        .Node(string.Empty, "Softmax", "probabilities", ["h4"], ["y"], ("axis", AttributeValue.Of(1L)));

    public static OnnxModel Classifier() => ClassifierBuilder().Build();

    public static TensorValue Ramp(params long[] lengths)
    {
        TensorShape shape = new(lengths);
        return TensorValue.Create<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => (i - 4.5f) / 7f)], shape);
    }

    // Operators are made up: reading does not know which there are.
    public static OnnxModel Random(Random random)
    {
        OnnxModelBuilder builder = new(1 + random.Next(20));
        builder.Opset("custom.domain", 1 + random.Next(3));
        List<string> values = [];
        for (int i = 0; i < 1 + random.Next(3); i++)
        {
            values.Add($"in{i}");
            builder.Input($"in{i}", _types[random.Next(_types.Length)], random.Next(3) switch { 0 => [], 1 => ["N", 3, default], _ => [7] });
        }

        for (int i = 0; i < 1 + random.Next(5); i++)
        {
            values.Add($"w{i}");
            builder.Initializer($"w{i}", RandomTensor(random));
        }

        int nodes = 1 + random.Next(6);
        for (int i = 0; i < nodes; i++)
        {
            string[] inputs = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(6) == 0 ? string.Empty : values[random.Next(values.Count)])];
            string[] outputs = random.Next(3) == 0 ? [$"v{i}", string.Empty, $"u{i}"] : [$"v{i}"];
            (string, AttributeValue)[] attributes = [.. Enumerable.Range(0, random.Next(5)).Select(a => ($"a{a}", RandomAttribute(random)))];
            builder.Node(
                random.Next(4) == 0 ? "custom.domain" : string.Empty, random.Next(3) == 0 ? "MatMul" : $"Op{random.Next(4)}", $"node {i}", inputs, outputs, attributes);
            values.AddRange(outputs.Where(output => output.Length != 0));
        }

        return builder.Output($"v{nodes - 1}", ElementType.Float32, "N", default).Build();
    }

    public static TensorValue RandomTensor(Random random)
    {
        ElementType type = _types[random.Next(_types.Length)];
        TensorShape shape = new([.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(5))]);
        byte[] bytes = new byte[shape.ElementCount * ElementTypes.SizeOf(type)];
        random.NextBytes(bytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            // Keeps Booleans at 0 or 1 and floats from being NaN, whose exponent would be all ones.
            bytes[i] = type == ElementType.Boolean ? (byte)(bytes[i] & 1) : ElementTypes.IsFloat(type) ? (byte)(bytes[i] & 0xBB) : bytes[i];
        }

        return TensorValue.Take(type, shape, bytes);
    }

    private static AttributeValue RandomAttribute(Random random) => random.Next(7) switch
    {
        0 => AttributeValue.Of((float)random.NextDouble() - 0.5f),
        1 => AttributeValue.Of(random.NextInt64() - random.NextInt64()),
        2 => AttributeValue.Of("text \u00e9 " + random.Next()),
        3 => AttributeValue.Of(RandomTensor(random)),
        4 => AttributeValue.Of([.. Enumerable.Range(0, random.Next(4)).Select(_ => (float)random.NextDouble())]),
        5 => AttributeValue.Of([.. Enumerable.Range(0, random.Next(4)).Select(_ => random.NextInt64())]),
        _ => AttributeValue.OfTexts([.. Enumerable.Range(0, random.Next(3)).Select(_ => ImmutableArray.Create((byte)random.Next(256), (byte)255))]),
    };
}
