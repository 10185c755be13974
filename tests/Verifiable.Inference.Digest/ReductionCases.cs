using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of reductions, of what is made of them, and of draws.</summary>
internal static class ReductionCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("LogSoftmax", (random, opset) => Softmax("LogSoftmax", random, opset)),
        ("Multinomial", Multinomial),
        .. new[] { "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare" }
            .Select(name => ($"Reduce{name}", new Func<CaseRandom, int, OperatorCase>((random, opset) => Reduce($"Reduce{name}", random, opset, opset >= (name == "Sum" ? 13 : 18))))),
        ("Softmax", (random, opset) => Softmax("Softmax", random, opset)),
    ];

    private static OperatorCase Multinomial(CaseRandom random, int opset) =>
        OperatorCase.Of("Multinomial", opset, [random.Floats(random.Length(4, true), random.Length(30))], [0], ("sample_size", AttributeValue.Of(random.Between(1, 9))), ("dtype", AttributeValue.Of(6 + random.Next(2))));

    private static OperatorCase Reduce(string name, CaseRandom random, int opset, bool axesAreInput)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        if (random.Coin())
        {
            shape[random.Next(shape.Length)] = random.Between(60, 140);
        }

        TensorValue data = random.Tensor(random.Next(3) == 0 ? random.Type(name is "ReduceMax" or "ReduceMin" ? [.. CaseTypes.Integers, ElementType.Boolean] : CaseTypes.Integers) : ElementType.Float32, shape);
        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Coin()).Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))];
        (string, AttributeValue) keep = ("keepdims", AttributeValue.Of(random.Next(2)));
        int[] batched = axes.Length > 0 && !axes.Contains(0) && !axes.Contains(-shape.Length) ? [0] : [];
        if (axesAreInput)
        {
            TensorValue list = TensorValue.Create(axes, axes.Length);
            (string, AttributeValue) none = ("noop_with_empty_axes", AttributeValue.Of(random.Next(2)));
            return OperatorCase.Of(name, opset, axes.Length == 0 && random.Coin() ? [data] : [data, list], batched, keep, none);
        }

        return axes.Length == 0 ? OperatorCase.Of(name, opset, [data], batched, keep) : OperatorCase.Of(name, opset, [data], batched, keep, ("axes", AttributeValue.Of(axes)));
    }

    private static OperatorCase Softmax(string name, CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5, true);
        if (random.Coin())
        {
            shape[^1] = random.Between(60, 140);
        }

        int axis = random.Between(opset < 11 ? 0 : -shape.Length, shape.Length - 1);
        return OperatorCase.Of(name, opset, [random.Floats(shape)], axis == 0 || axis == -shape.Length ? [] : [0], ("axis", AttributeValue.Of(axis)));
    }
}
