using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that select elements by indices, conditions or values.</summary>
internal static class SelectionCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("ArgMax", (random, opset) => ArgExtreme("ArgMax", random, opset)),
        ("ArgMin", (random, opset) => ArgExtreme("ArgMin", random, opset)),
        ("BitCast", BitCast),
        ("Compress", Compress),
        ("CumProd", (random, opset) => Cumulative("CumProd", random, opset)),
        ("CumSum", (random, opset) => Cumulative("CumSum", random, opset)),
        ("Gather", Gather),
        ("GatherElements", GatherElements),
        ("GatherND", GatherNd),
        ("NonZero", (random, opset) => OperatorCase.Of("NonZero", opset, [Few(random, random.Type(CaseTypes.All), random.Lengths(0, 3, 4, true))], [])),
        ("OneHot", OneHot),
        ("ReverseSequence", ReverseSequence),
        ("Scatter", (random, opset) => ScatterElements("Scatter", random, opset)),
        ("ScatterElements", (random, opset) => ScatterElements("ScatterElements", random, opset)),
        ("ScatterND", ScatterNd),
        ("TopK", TopK),
        ("Trilu", Trilu),
        ("Unique", Unique),
    ];

    private static TensorValue Indices(CaseRandom random, long length, params long[] lengths)
    {
        var shape = new TensorShape(lengths);
        long[] values = new long[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Between((int)-length, (int)length - 1);
        }

        return random.Coin() ? TensorValue.Create(values, lengths) : TensorValue.Create(values.Select(value => (int)value).ToArray(), lengths);
    }

    // Many equal elements: bytes of 0 and 1 only, or halves of the elements cleared.
    private static TensorValue Few(CaseRandom random, ElementType type, params long[] lengths)
    {
        TensorValue tensor = ElementTypes.IsFloat(type) ? CaseRandom.Convert(random.Floats(lengths), type) : random.Tensor(type, lengths);
        byte[] bytes = tensor.Bytes.ToArray();
        int size = ElementTypes.SizeOf(type);
        for (int i = 0; i < tensor.Length; i++)
        {
            Span<byte> element = bytes.AsSpan(i * size, size);
            switch (random.Next(4))
            {
                case 0:
                    element.Clear();
                    break;
                case 1:
                    bytes.AsSpan(0, size).CopyTo(element);
                    break;
                case 2 when ElementTypes.IsFloat(type):
                    element.Clear();
                    element[^1] = 0x80;
                    break;
            }
        }

        return TensorValue.Take(type, tensor.Shape, bytes);
    }

    private static OperatorCase ArgExtreme(string name, CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        List<(string, AttributeValue)> attributes = [("axis", AttributeValue.Of(axis)), ("keepdims", AttributeValue.Of(random.Next(2)))];
        if (opset >= 12)
        {
            attributes.Add(("select_last_index", AttributeValue.Of(random.Next(2))));
        }

        ElementType type = random.Coin() ? ElementType.Float32 : random.Type([.. CaseTypes.Numbers, ElementType.Float16, ElementType.BFloat16]);
        return OperatorCase.Of(name, opset, [Few(random, type, shape)], axis is 0 || axis == -shape.Length ? [] : [0], [.. attributes]);
    }

    private static OperatorCase BitCast(CaseRandom random, int opset)
    {
        ElementType from = random.Type(CaseTypes.All);
        ElementType to = random.Type([.. CaseTypes.All.Where(type => ElementTypes.SizeOf(type) == ElementTypes.SizeOf(from))]);
        return OperatorCase.Of("BitCast", opset, [random.Tensor(from, random.Lengths(1, 3, 20, true))], [0], ("to", AttributeValue.Of((long)to)));
    }

    private static OperatorCase Compress(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 5);
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        if (random.Next(3) == 0)
        {
            return OperatorCase.Of("Compress", opset, [input, random.Tensor(ElementType.Boolean, random.Between(0, (int)input.Shape.ElementCount))], []);
        }

        int axis = random.Between(-shape.Length, shape.Length - 1);
        long length = shape[axis < 0 ? axis + shape.Length : axis];
        return OperatorCase.Of("Compress", opset, [input, random.Tensor(ElementType.Boolean, random.Between(0, (int)length))], [], ("axis", AttributeValue.Of(axis)));
    }

    private static OperatorCase Cumulative(string name, CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        TensorValue chosen = random.Coin() ? TensorValue.Create([axis], default(TensorShape)) : TensorValue.Create([(long)axis], 1);
        return OperatorCase.Of(name, opset, [random.Tensor(random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers), shape), chosen], axis == 0 || axis == -shape.Length ? [] : [0],
            ("exclusive", AttributeValue.Of(random.Next(2))), ("reverse", AttributeValue.Of(random.Next(2))));
    }

    private static OperatorCase Gather(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 5);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        TensorValue indices = Indices(random, shape[axis < 0 ? axis + shape.Length : axis], random.Lengths(0, 2, 4, true));
        return OperatorCase.Of("Gather", opset, [random.Tensor(random.Type(CaseTypes.All), shape), indices], axis == 0 || axis == -shape.Length ? [] : [0], ("axis", AttributeValue.Of(axis)));
    }

    private static OperatorCase GatherElements(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 5);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int along = axis < 0 ? axis + shape.Length : axis;
        long[] lengths = [.. shape.Select((length, i) => i == along ? random.Length(6, true) : random.Between(1, (int)length))];
        return OperatorCase.Of("GatherElements", opset, [random.Tensor(random.Type(CaseTypes.All), shape), Indices(random, shape[along], lengths)], [], ("axis", AttributeValue.Of(axis)));
    }

    private static TensorValue Tuples(CaseRandom random, long[] shape, int batch, int depth, long[] outer)
    {
        long[] values = new long[new TensorShape([.. outer, depth]).ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            int length = (int)shape[batch + (i % depth)];
            values[i] = random.Between(-length, length - 1);
        }

        return TensorValue.Create(values, [.. outer, depth]);
    }

    private static OperatorCase GatherNd(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        int batch = opset >= 12 ? random.Next(shape.Length) : 0;
        int depth = random.Between(1, shape.Length - batch);
        TensorValue indices = Tuples(random, shape, batch, depth, [.. shape.Take(batch), .. random.Lengths(0, 2, 3, true)]);
        OperatorCase sample = OperatorCase.Of("GatherND", opset, [random.Tensor(random.Type(CaseTypes.All), shape), indices], batch > 0 ? [0, 1] : []);
        return batch == 0 ? sample : OperatorCase.Of("GatherND", opset, sample.Inputs, [0, 1], ("batch_dims", AttributeValue.Of(batch)));
    }

    private static OperatorCase OneHot(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(0, 3, 4, true);
        int depth = random.Between(1, 5);
        ElementType[] types = [ElementType.Float32, ElementType.Float64, ElementType.UInt8, ElementType.Int16];
        TensorValue plain = random.IsSpecial ? random.Floats(shape) : TensorValue.Create(Enumerable.Range(0, (int)new TensorShape(shape).ElementCount).Select(_ => (float)random.Between(-depth - 1, depth)).ToArray(), shape);
        TensorValue indices = random.Coin() ? Indices(random, depth + 2, shape) : CaseRandom.Convert(plain, random.Type(types));
        TensorValue count = random.Coin() ? TensorValue.Create([(long)depth], default(TensorShape)) : TensorValue.Create([depth + 0.5f], 1);
        ElementType type = random.Type(CaseTypes.All);
        return OperatorCase.Of("OneHot", opset, [indices, count, random.Tensor(type, 2)], [], ("axis", AttributeValue.Of(random.Between(-shape.Length - 1, shape.Length))));
    }

    private static OperatorCase ReverseSequence(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5);
        int batch = random.Next(2);
        long[] lengths = [.. Enumerable.Range(0, (int)shape[batch]).Select(_ => (long)random.Next((int)shape[1 - batch] + 1))];
        return OperatorCase.Of("ReverseSequence", opset, [random.Tensor(random.Type(CaseTypes.All), shape), TensorValue.Create(lengths, lengths.Length)], batch == 0 ? [0, 1] : [],
            ("batch_axis", AttributeValue.Of(batch)), ("time_axis", AttributeValue.Of(1 - batch)));
    }

    private static string Reduction(CaseRandom random, int opset) => opset >= 18 ? new[] { "none", "add", "mul", "max", "min" }[random.Next(5)] : new[] { "none", "add", "mul" }[random.Next(3)];

    private static OperatorCase ScatterElements(string name, CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int along = axis < 0 ? axis + shape.Length : axis;
        long[] lengths = [.. shape.Select((length, i) => i == along ? random.Length(6, true) : random.Between(1, (int)length))];
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(opset >= 16 ? CaseTypes.Numbers : CaseTypes.All);
        TensorValue?[] inputs = [random.Tensor(type, shape), Indices(random, shape[along], lengths), random.Tensor(type, lengths)];
        return opset < 16
            ? OperatorCase.Of(name, opset, inputs, [], ("axis", AttributeValue.Of(axis)))
            : OperatorCase.Of(name, opset, inputs, [], ("axis", AttributeValue.Of(axis)), ("reduction", AttributeValue.Of(Reduction(random, opset))));
    }

    private static OperatorCase ScatterNd(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        int depth = random.Between(1, shape.Length);
        long[] outer = random.Lengths(0, 2, 4, true);
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(opset >= 16 ? CaseTypes.Numbers : CaseTypes.All);
        TensorValue?[] inputs = [random.Tensor(type, shape), Tuples(random, shape, 0, depth, outer), random.Tensor(type, [.. outer, .. shape.Skip(depth)])];
        return opset < 16 ? OperatorCase.Of("ScatterND", opset, inputs, []) : OperatorCase.Of("ScatterND", opset, inputs, [], ("reduction", AttributeValue.Of(Reduction(random, opset))));
    }

    private static OperatorCase TopK(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, random.Next(4) == 0 ? 40 : 6);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int along = axis < 0 ? axis + shape.Length : axis;
        long k = random.Coin() ? Math.Min(2, shape[along]) : random.Between(0, (int)shape[along]);
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type([.. CaseTypes.Numbers, ElementType.Float16, ElementType.BFloat16]);
        TensorValue input = Few(random, type, shape);
        int[] batched = along == 0 ? [] : [0];
        if (opset < 10)
        {
            return OperatorCase.Of("", "TopK", opset, [input], 2, batched, ("axis", AttributeValue.Of(axis)), ("k", AttributeValue.Of(k)));
        }

        TensorValue?[] inputs = [input, TensorValue.Create([k], 1)];
        return opset < 11
            ? OperatorCase.Of("", "TopK", opset, inputs, 2, batched, ("axis", AttributeValue.Of(axis)))
            : OperatorCase.Of("", "TopK", opset, inputs, random.Between(1, 2), batched, ("axis", AttributeValue.Of(axis)), ("largest", AttributeValue.Of(random.Next(2))), ("sorted", AttributeValue.Of(random.Next(2))));
    }

    private static OperatorCase Trilu(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5, true);
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), shape);
        TensorValue? diagonal = random.Coin() ? null : TensorValue.Create([(long)random.Between(-6, 6)], default(TensorShape));
        return OperatorCase.Of("Trilu", opset, diagonal is null ? [input] : [input, diagonal], shape.Length > 2 ? [0] : [], ("upper", AttributeValue.Of(random.Next(2))));
    }

    private static OperatorCase Unique(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 3, 4);
        TensorValue input = Few(random, random.Type(CaseTypes.All), shape);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int outputs = random.Between(1, 4);
        return random.Coin()
            ? OperatorCase.Of("", "Unique", opset, [input], outputs, [], ("sorted", AttributeValue.Of(random.Next(2))))
            : OperatorCase.Of("", "Unique", opset, [input], outputs, [], ("axis", AttributeValue.Of(axis)), ("sorted", AttributeValue.Of(random.Next(2))));
    }
}
