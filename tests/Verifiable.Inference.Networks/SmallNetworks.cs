using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Networks of one kind of operator each: quantised products and recurrent cells.</summary>
public static class SmallNetworks
{
    /// <summary>A product of 8-bit integers as exporters quantise activations in the run: unsigned times signed, zero points for both.</summary>
    public static Network MatMulInteger(long rows, long depth, long columns)
    {
        var builder = new NetworkBuilder(1);
        string x = builder.Input("x", Bytes(builder, ElementType.UInt8, rows, depth));
        string w = builder.Constant(Bytes(builder, ElementType.Int8, depth, columns));
        string sums = builder.Node("MatMulInteger", [x, w, builder.Constant(TensorValue.Create([(byte)119], [])), builder.Constant(TensorValue.Create([(sbyte)0], []))]);
        string y = builder.Node("Cast", [sums], ("to", AttributeValue.Of((long)ElementType.Float32)));
        return builder.Build(string.Create(CultureInfo.InvariantCulture, $"matmulinteger-{rows}-{depth}-{columns}"), (y, [rows, columns]));
    }

    /// <summary>A quantised convolution of a residual network: weights with a scale for each channel, and a bias.</summary>
    public static Network QLinearConv(long channels, long size, long kernel)
    {
        var builder = new NetworkBuilder(2);
        string x = builder.Input("x", Bytes(builder, ElementType.UInt8, 1, channels, size, size));
        string w = builder.Constant(Bytes(builder, ElementType.Int8, channels, channels, kernel, kernel));
        string zero = builder.Constant(TensorValue.Create([(byte)121], []));
        string bias = builder.Constant(TensorValue.Create([.. Enumerable.Range(0, (int)channels).Select(i => (i * 37 % 2000) - 1000)], channels));
        string y = builder.Node(
            "QLinearConv",
            [
                x, builder.Scalar(0.02f), zero, w, builder.Constant(builder.Weights.Uniform(0.001f, 0.003f, channels)), builder.Constant(TensorValue.Create(new sbyte[channels], channels)),
                builder.Scalar(1.3f), zero, bias,
            ],
            ("kernel_shape", AttributeValue.Of([kernel, kernel])),
            ("pads", AttributeValue.Of([kernel / 2, kernel / 2, kernel / 2, kernel / 2])));
        string real = builder.Node("DequantizeLinear", [y, builder.Scalar(1.3f), zero]);
        return builder.Build(string.Create(CultureInfo.InvariantCulture, $"qlinearconv-{channels}-{size}-{kernel}"), (real, [1, channels, size, size]));
    }

    /// <summary>A row times a matrix of 4 or 8-bit weights with a scale for each block of a column.</summary>
    public static Network MatMulNBits(long depth, long columns, int bits, int block)
    {
        var builder = new NetworkBuilder(3, 21);
        builder.Import("com.microsoft", 1);
        string x = builder.Input("x", builder.Weights.Uniform(-1, 1, 1, depth));
        long blocks = (depth + block - 1) / block;
        string w = builder.Constant(Bytes(builder, ElementType.UInt8, columns, blocks, block * bits / 8));
        string scales = builder.Constant(builder.Weights.Uniform(0.001f, 0.01f, columns * blocks));
        string y = builder.NodeOf(
            "com.microsoft", "MatMulNBits", [x, w, scales],
            ("K", AttributeValue.Of(depth)), ("N", AttributeValue.Of(columns)), ("bits", AttributeValue.Of(bits)), ("block_size", AttributeValue.Of(block)));
        return builder.Build(string.Create(CultureInfo.InvariantCulture, $"matmulnbits-{bits}-{depth}-{columns}"), (y, [1, columns]));
    }

    /// <summary>Layers of LSTM over one sequence.</summary>
    public static Network Lstm(int layers, long units, long steps)
    {
        var builder = new NetworkBuilder(4);
        string x = builder.Input("x", builder.Weights.Uniform(-1, 1, steps, 1, units));
        for (int layer = 0; layer < layers; layer++)
        {
            string all = builder.Node(
                "LSTM",
                [x, builder.Weight(1, units, 1, 4 * units, units), builder.Weight(1, units, 1, 4 * units, units), builder.Uniform(-0.1f, 0.1f, 1, 8 * units)],
                ("hidden_size", AttributeValue.Of(units)));
            x = builder.Node("Squeeze", [all, builder.Integers(1)]);
        }

        return builder.Build(string.Create(CultureInfo.InvariantCulture, $"lstm-{layers}-{units}-{steps}"), (x, [steps, 1, units]));
    }

    private static TensorValue Bytes(NetworkBuilder builder, ElementType type, params long[] lengths)
    {
        TensorShape shape = new(lengths);
        byte[] bytes = new byte[shape.ElementCount];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)builder.Weights.Below(256);
        }

        return TensorValue.Take(type, shape, bytes);
    }
}
