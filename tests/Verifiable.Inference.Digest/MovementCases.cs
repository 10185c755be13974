using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that move elements.</summary>
internal static class MovementCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Concat", Concat),
        ("Flatten", Flatten),
        ("Identity", (random, opset) => OperatorCase.Of("Identity", opset, [random.Tensor(random.Type(CaseTypes.All), random.Lengths(1, 4, 4, true))], [0])),
        ("Reshape", Reshape),
        ("Transpose", Transpose),
    ];

    private static OperatorCase Concat(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        ElementType type = random.Type(CaseTypes.All);
        TensorValue?[] inputs = new TensorValue?[random.Between(1, 4)];
        for (int i = 0; i < inputs.Length; i++)
        {
            long[] part = [.. shape];
            part[axis < 0 ? axis + shape.Length : axis] = random.Between(0, 4);
            inputs[i] = random.Tensor(type, part);
        }

        bool rows = axis != 0 && axis != -shape.Length;
        return OperatorCase.Of("Concat", opset, inputs, rows ? [.. Enumerable.Range(0, inputs.Length)] : [], ("axis", AttributeValue.Of(axis)));
    }

    private static OperatorCase Flatten(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 5, 4, true);
        return OperatorCase.Of("Flatten", opset, [random.Tensor(random.Type(CaseTypes.All), shape)], [], ("axis", AttributeValue.Of(random.Between(-shape.Length, shape.Length))));
    }

    private static OperatorCase Reshape(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 4);
        long[] asked = random.Coin() ? [0, -1] : [-1, shape[^1]];
        return OperatorCase.Of("Reshape", opset, [random.Floats(shape), TensorValue.Create(asked, asked.Length)], []);
    }

    private static OperatorCase Transpose(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 5, 5, true);
        long[] permutation = [.. Enumerable.Range(0, shape.Length).Select(axis => (Key: random.Word(), Axis: (long)axis)).OrderBy(pair => pair.Key).Select(pair => pair.Axis)];
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        return random.Next(4) == 0 ? OperatorCase.Of("Transpose", opset, [input], []) : OperatorCase.Of("Transpose", opset, [input], permutation[0] == 0 ? [0] : [], ("perm", AttributeValue.Of(permutation)));
    }
}
