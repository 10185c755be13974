using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that move elements.</summary>
internal static class MovementCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Concat", Concat),
        ("ConstantOfShape", ConstantOfShape),
        ("Expand", Expand),
        ("EyeLike", EyeLike),
        ("Flatten", Flatten),
        ("Identity", (random, opset) => OperatorCase.Of("Identity", opset, [random.Tensor(random.Type(CaseTypes.All), random.Lengths(1, 4, 4, true))], [0])),
        ("Pad", PadCases.Pad),
        ("Range", Range),
        ("Reshape", Reshape),
        ("Shape", Shape),
        ("Size", (random, opset) => OperatorCase.Of("Size", opset, [random.Tensor(random.Type(CaseTypes.All), random.Lengths(0, 4, 4, true))], [])),
        ("Slice", Slice),
        ("Split", Split),
        ("Squeeze", Squeeze),
        ("Tile", Tile),
        ("Transpose", Transpose),
        ("Unsqueeze", Unsqueeze),
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

    private static OperatorCase ConstantOfShape(CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(0, 4, 4, true);
        TensorValue shape = TensorValue.Create(lengths, lengths.Length);
        return random.Next(4) == 0
            ? OperatorCase.Of("ConstantOfShape", opset, [shape], [])
            : OperatorCase.Of("ConstantOfShape", opset, [shape], [], ("value", AttributeValue.Of(random.Tensor(random.Type(CaseTypes.All), 1))));
    }

    private static OperatorCase Expand(CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(0, 4, 4, true);
        long[] input = [.. lengths.Skip(random.Next(lengths.Length + 1)).Select(length => random.Next(3) == 0 ? 1 : length)];
        long[] asked = [.. lengths.Select((length, i) => i >= lengths.Length - input.Length && input[i - lengths.Length + input.Length] == length && random.Coin() ? 1 : length)];
        return OperatorCase.Of("Expand", opset, [random.Tensor(random.Type(CaseTypes.All), input), TensorValue.Create(asked, asked.Length)], []);
    }

    private static OperatorCase EyeLike(CaseRandom random, int opset)
    {
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), random.Lengths(2, 2, 6, true));
        return random.Coin()
            ? OperatorCase.Of("EyeLike", opset, [input], [], ("k", AttributeValue.Of(random.Between(-7, 7))))
            : OperatorCase.Of("EyeLike", opset, [input], [], ("k", AttributeValue.Of(random.Between(-3, 3))), ("dtype", AttributeValue.Of((long)random.Type(CaseTypes.All))));
    }

    private static OperatorCase Range(CaseRandom random, int opset)
    {
        int from = random.Between(-20, 20);
        int by = random.Between(1, 7) * (random.Coin() ? 1 : -1);
        int to = from + (by * random.Between(-1, 12)) + random.Between(0, 3);
        (float a, float b, float c) = (from * 1.1f, to * 1.3f, by * 0.7f);
        return random.Next(5) switch
        {
            0 => OperatorCase.Of("Range", opset, [Scalar(a), Scalar(b), Scalar(c)], []),
            1 => OperatorCase.Of("Range", opset, [Scalar((double)a), Scalar((double)b), Scalar((double)c)], []),
            2 => OperatorCase.Of("Range", opset, [Scalar((short)from), Scalar((short)to), Scalar((short)by)], []),
            3 => OperatorCase.Of("Range", opset, [Scalar(from), Scalar(to), Scalar(by)], []),
            _ => OperatorCase.Of("Range", opset, [Scalar((long)from), Scalar((long)to), Scalar((long)by)], []),
        };
    }

    private static TensorValue Scalar<T>(T value)
        where T : unmanaged => TensorValue.Create([value], default(TensorShape));

    private static OperatorCase Shape(CaseRandom random, int opset)
    {
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), random.Lengths(0, 4, 4, true));
        return opset < 15 || random.Coin()
            ? OperatorCase.Of("Shape", opset, [input], [])
            : OperatorCase.Of("Shape", opset, [input], [], ("start", AttributeValue.Of(random.Between(-6, 6))), ("end", AttributeValue.Of(random.Between(-6, 6))));
    }

    private static OperatorCase Slice(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Coin()).Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))];
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        long[] starts = [.. axes.Select(_ => Bound(random))];
        long[] ends = [.. axes.Select(_ => Bound(random))];
        if (opset < 10)
        {
            return OperatorCase.Of("Slice", opset, [input], [], ("axes", AttributeValue.Of(axes)), ("ends", AttributeValue.Of(ends)), ("starts", AttributeValue.Of(starts)));
        }

        long[] steps = [.. axes.Select(_ => (long)(random.Between(1, 3) * (random.Coin() ? 1 : -1)))];
        return OperatorCase.Of("Slice", opset, [input, .. new[] { starts, ends, axes, steps }.Select(list => TensorValue.Create(list, list.Length))], []);
    }

    private static long Bound(CaseRandom random) => random.Next(6) switch
    {
        0 => long.MaxValue,
        1 => long.MinValue,
        2 => int.MaxValue,
        _ => random.Between(-7, 7),
    };

    private static OperatorCase Split(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4, true);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int along = axis < 0 ? axis + shape.Length : axis;
        long[] parts = random.Lengths(1, 3, 3, true);
        (string, AttributeValue) chosen = ("axis", AttributeValue.Of(axis));
        ElementType type = random.Type(CaseTypes.All);
        int[] batched = along == 0 ? [] : [0];
        shape[along] = parts.Sum();
        if (opset >= 18 && random.Coin())
        {
            shape[along] = (random.Between(1, 3) * parts.Length) - random.Next(2);
            return OperatorCase.Of("", "Split", opset, [random.Tensor(type, shape)], parts.Length, batched, chosen, ("num_outputs", AttributeValue.Of(parts.Length)));
        }

        if (opset < 18 && random.Coin())
        {
            shape[along] = random.Between(0, 3) * parts.Length;
            return OperatorCase.Of("", "Split", opset, [random.Tensor(type, shape)], parts.Length, batched, chosen);
        }

        return opset < 13
            ? OperatorCase.Of("", "Split", opset, [random.Tensor(type, shape)], parts.Length, batched, chosen, ("split", AttributeValue.Of(parts)))
            : OperatorCase.Of("", "Split", opset, [random.Tensor(type, shape), TensorValue.Create(parts, parts.Length)], parts.Length, batched, chosen);
    }

    private static OperatorCase Squeeze(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 5, 3);
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(axis => shape[axis] == 1 && random.Coin()).Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))];
        if (axes.Length == 0)
        {
            return OperatorCase.Of("Squeeze", opset, [input], []);
        }

        return opset < 13
            ? OperatorCase.Of("Squeeze", opset, [input], [], ("axes", AttributeValue.Of(axes)))
            : OperatorCase.Of("Squeeze", opset, [input, TensorValue.Create(axes, axes.Length)], []);
    }

    private static OperatorCase Unsqueeze(CaseRandom random, int opset)
    {
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), random.Lengths(0, 4, 3, true));
        int rank = input.Shape.Rank + random.Between(1, 3);
        long[] axes = [.. Enumerable.Range(0, rank).Select(axis => (Key: random.Word(), Axis: axis)).OrderBy(pair => pair.Key).Take(rank - input.Shape.Rank)
            .Select(pair => (long)(random.Coin() ? pair.Axis : pair.Axis - rank))];
        return opset < 13
            ? OperatorCase.Of("Unsqueeze", opset, [input], [], ("axes", AttributeValue.Of(axes)))
            : OperatorCase.Of("Unsqueeze", opset, [input, TensorValue.Create(axes, axes.Length)], []);
    }

    private static OperatorCase Tile(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(0, 4, 3, true);
        long[] repeats = [.. shape.Select(_ => (long)random.Between(0, 3))];
        return OperatorCase.Of("Tile", opset, [random.Tensor(random.Type(CaseTypes.All), shape), TensorValue.Create(repeats, repeats.Length)], []);
    }
}
