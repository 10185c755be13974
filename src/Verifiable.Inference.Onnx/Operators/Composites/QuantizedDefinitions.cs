using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// The quantised operators of <c>com.microsoft</c> that exporters write in the place of a float operator between DequantizeLinear and QuantizeLinear: each is that, operand by operand.
/// Products stay products of integers: QGemm, DynamicQuantizeMatMul and MatMulIntegerToFloat are MatMulInteger, its sums rounded to binary32, times scales.
/// </summary>
internal static class QuantizedDefinitions
{
    private const string Microsoft = "com.microsoft";

    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("DequantizeLinear", 1, (binder, expansion) => Rename(binder, expansion, "DequantizeLinear"), domain: Microsoft),
        new("DynamicQuantizeMatMul", 1, DynamicProduct, domain: Microsoft),
        new("MatMulIntegerToFloat", 1, FloatProduct, domain: Microsoft),
        new("QGemm", 1, Gemm, domain: Microsoft),
        new("QLinearAdd", 1, (binder, expansion) => Pair(binder, expansion, "Add"), domain: Microsoft),
        new("QLinearAveragePool", 1, (binder, expansion) => Pool(binder, expansion, "AveragePool", ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"]), domain: Microsoft),
        new("QLinearConcat", 1, Concat, domain: Microsoft),
        new("QLinearGlobalAveragePool", 1, (binder, expansion) => Pool(binder, expansion, "GlobalAveragePool", []), domain: Microsoft),
        new("QLinearLeakyRelu", 1, (binder, expansion) => Single(binder, expansion, "LeakyRelu", ["alpha"]), domain: Microsoft),
        new("QLinearMul", 1, (binder, expansion) => Pair(binder, expansion, "Mul"), domain: Microsoft),
        new("QLinearSigmoid", 1, (binder, expansion) => Single(binder, expansion, "Sigmoid", []), domain: Microsoft),
        new("QLinearSoftmax", 1, Softmax, domain: Microsoft),
        new("QuantizeLinear", 1, (binder, expansion) => Rename(binder, expansion, "QuantizeLinear"), domain: Microsoft),
    ];

    // The same operator of ONNX's own domain; its axis is 1 where it is not stated, too.
    private static void Rename(NodeBinder binder, Expansion expansion, string name)
    {
        binder.Arity(2, 3);
        expansion.AddOutput(0, name, [expansion.Input(0), expansion.Input(1), expansion.Input(2)], Copy(binder, "axis", "block_size"));
    }

    private static void Pair(NodeBinder binder, Expansion expansion, string name)
    {
        binder.Arity(2, 8);
        RequirePresent(binder, 3, 4, 6);
        string sum = expansion.Add(name, [Dequantize(expansion, 0), Dequantize(expansion, 3)]);
        Quantize(expansion, sum, expansion.Input(6), expansion.Input(7));
    }

    private static void Single(NodeBinder binder, Expansion expansion, string name, string[] attributes)
    {
        binder.Arity(2, 5);
        RequirePresent(binder, 3);
        Quantize(expansion, expansion.Add(name, [Dequantize(expansion, 0)], Copy(binder, attributes)), expansion.Input(3), expansion.Input(4));
    }

    private static void Pool(NodeBinder binder, Expansion expansion, string name, string[] attributes)
    {
        if (binder.Flag("channels_last"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected channels before the spatial axes, got channels_last.");
        }

        Single(binder, expansion, name, attributes);
    }

    private static void Softmax(NodeBinder binder, Expansion expansion)
    {
        if (binder.RequiredInt("opset") < 13)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected an opset of 13 or more, since when Softmax is over one axis.");
        }

        binder.Arity(2, 5);
        RequirePresent(binder, 3);
        string softmax = expansion.Add("Softmax", [Dequantize(expansion, 0)], ("axis", AttributeValue.Of(binder.Int("axis", -1))));
        Quantize(expansion, softmax, expansion.Input(3), expansion.Input(4));
    }

    private static void Concat(NodeBinder binder, Expansion expansion)
    {
        int count = binder.Node.Inputs.Length;
        binder.Arity(1, int.MaxValue);
        RequirePresent(binder, 2, 3);
        if ((count - 2) % 3 != 0)
        {
            binder.Refuse(ModelRefusalReason.Malformed, $"Expected a scale, a zero point, and then tensor, scale and zero point of each operand, got {count} inputs.");
            return;
        }

        string[] operands = [.. Enumerable.Range(0, (count - 2) / 3).Select(i => Dequantize(expansion, 2 + (3 * i)))];
        Quantize(expansion, expansion.Add("Concat", operands, ("axis", AttributeValue.Of(binder.RequiredInt("axis")))), expansion.Input(0), expansion.Input(1), 2);
    }

    private static void DynamicProduct(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 5);
        string[] quantized = expansion.Add("DynamicQuantizeLinear", [expansion.Input(0)], 3);
        string sums = expansion.Add("MatMulInteger", [quantized[0], expansion.Input(1), quantized[2], expansion.Input(3)]);
        Scale(expansion, sums, quantized[1], expansion.Input(2), expansion.Input(4));
    }

    private static void FloatProduct(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(4, 7);
        string sums = expansion.Add("MatMulInteger", [expansion.Input(0), expansion.Input(1), expansion.Input(4), expansion.Input(5)]);
        Scale(expansion, sums, expansion.Input(2), expansion.Input(3), expansion.Input(6));
    }

    // Sums in binary32, times the product of both scales, plus the bias where there is one.
    private static void Scale(Expansion expansion, string sums, string left, string right, string bias)
    {
        string real = expansion.Add("Cast", [sums], ("to", AttributeValue.Of((long)Tensors.ElementType.Float32)));
        string scale = expansion.Add("Mul", [left, right]);
        if (bias.Length == 0)
        {
            expansion.AddOutput(0, "Mul", [real, scale]);
        }
        else
        {
            expansion.AddOutput(0, "Add", [expansion.Add("Mul", [real, scale]), bias]);
        }
    }

    private static void Gemm(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(2, 9);
        RequirePresent(binder, 3, 4);
        string left = Turn(expansion, expansion.Input(0), binder.Flag("transA"));
        string right = Turn(expansion, expansion.Input(3), binder.Flag("transB"));
        string sums = expansion.Add("MatMulInteger", [left, right, expansion.Input(2), expansion.Input(5)]);
        if (expansion.Input(6).Length > 0)
        {
            sums = expansion.Add("Add", [sums, expansion.Input(6)]);
        }

        string real = expansion.Add("Cast", [sums], ("to", AttributeValue.Of((long)Tensors.ElementType.Float32)));
        float alpha = binder.Float("alpha", 1f);
        string scale = expansion.Add("Mul", [expansion.Input(1), expansion.Input(4)]);
        scale = alpha == 1f ? scale : expansion.Add("Mul", [scale, expansion.Single(alpha)]);
        if (expansion.Input(7).Length == 0)
        {
            expansion.AddOutput(0, "Mul", [real, scale]);
        }
        else
        {
            Quantize(expansion, expansion.Add("Mul", [real, scale]), expansion.Input(7), expansion.Input(8));
        }
    }

    private static string Turn(Expansion expansion, string matrix, bool isTransposed) => isTransposed ? expansion.Add("Transpose", [matrix]) : matrix;

    private static string Dequantize(Expansion expansion, int first) => expansion.Add("DequantizeLinear", [expansion.Input(first), expansion.Input(first + 1), expansion.Input(first + 2)]);

    // Without a zero point it is 0, of the operands' type.
    private static void Quantize(Expansion expansion, string value, string scale, string zero, int like = 0)
    {
        zero = zero.Length > 0 ? zero : expansion.Add("CastLike", [expansion.Add("ConstantOfShape", [expansion.Add("Shape", [scale])]), expansion.Input(like)]);
        expansion.AddOutput(0, "QuantizeLinear", [value, scale, zero]);
    }

    private static void RequirePresent(NodeBinder binder, params ReadOnlySpan<int> inputs)
    {
        foreach (int input in inputs)
        {
            if (!binder.Node.HasInput(input))
            {
                binder.Refuse(ModelRefusalReason.Malformed, $"Expected input {input}, got none.");
            }
        }
    }

    private static (string Name, AttributeValue Value)[] Copy(NodeBinder binder, params ReadOnlySpan<string> names)
    {
        List<(string, AttributeValue)> attributes = [];
        foreach (string name in names)
        {
            binder.Ignore(name);
            if (binder.Node.Attributes.TryGetValue(name, out AttributeValue? value))
            {
                attributes.Add((name, value));
            }
        }

        return [.. attributes];
    }
}
