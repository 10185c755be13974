using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Makes random cases of every operator in the catalog: a new operator gets all laws by one line here.</summary>
public static class OperatorCases
{
    private static readonly ElementType[] _numbers =
    [
        ElementType.Float32, ElementType.Float64, ElementType.Int8, ElementType.Int16, ElementType.Int32, ElementType.Int64,
        ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64,
    ];

    private static readonly ElementType[] _all = [.. _numbers, ElementType.Boolean, ElementType.Float16, ElementType.BFloat16];

    private static readonly SortedDictionary<string, Func<CaseRandom, int, OperatorCase>> _makers = new(StringComparer.Ordinal)
    {
        ["Abs"] = (random, opset) => Unary("Abs", random, opset),
        ["Add"] = (random, opset) => Binary("Add", random, opset),
        ["ArgMax"] = ArgMax,
        ["AveragePool"] = (random, opset) => Pool("AveragePool", random, opset),
        ["BatchNormalization"] = BatchNormalization,
        ["Cast"] = Cast,
        ["Clip"] = Clip,
        ["Concat"] = Concat,
        ["Conv"] = Conv,
        ["Div"] = (random, opset) => Binary("Div", random, opset),
        ["Dropout"] = Dropout,
        ["Exp"] = (random, opset) => Unary("Exp", random, opset),
        ["Flatten"] = Flatten,
        ["Gemm"] = Gemm,
        ["GlobalAveragePool"] = GlobalAveragePool,
        ["Identity"] = (random, opset) => Case("Identity", opset, [random.Tensor(_all[random.Next(_all.Length)], random.Lengths(1, 4, 4, true))], [0]),
        ["Log"] = (random, opset) => Unary("Log", random, opset),
        ["LogSoftmax"] = (random, opset) => Softmax("LogSoftmax", random, opset),
        ["MatMul"] = MatMul,
        ["MaxPool"] = (random, opset) => Pool("MaxPool", random, opset),
        ["Mul"] = (random, opset) => Binary("Mul", random, opset),
        ["Multinomial"] = Multinomial,
        ["Neg"] = (random, opset) => Unary("Neg", random, opset),
        ["ReduceMean"] = (random, opset) => Reduce("ReduceMean", random, opset, opset >= 18),
        ["ReduceSum"] = (random, opset) => Reduce("ReduceSum", random, opset, opset >= 13),
        ["Relu"] = (random, opset) => Unary("Relu", random, opset),
        ["Reshape"] = Reshape,
        ["Sigmoid"] = (random, opset) => Unary("Sigmoid", random, opset),
        ["Softmax"] = (random, opset) => Softmax("Softmax", random, opset),
        ["Sqrt"] = (random, opset) => Unary("Sqrt", random, opset),
        ["Sub"] = (random, opset) => Binary("Sub", random, opset),
        ["Tanh"] = (random, opset) => Unary("Tanh", random, opset),
        ["Transpose"] = Transpose,
    };

    /// <summary>Gets the names of the operators that have cases.</summary>
    public static IReadOnlyCollection<string> Names => _makers.Keys;

    /// <summary>Makes a case of a definition; every third one is full of special values.</summary>
    public static OperatorCase Make(OperatorDefinition definition, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var random = new CaseRandom(seed) { IsSpecial = seed % 3 == 0 };
        int opset = random.Between(Math.Max(7, definition.SinceVersion), definition.UntilVersion);
        return _makers[definition.Name](random, opset);
    }

    private static OperatorCase Case(string name, int opset, TensorValue?[] inputs, int[] batched, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var builder = new OnnxModelBuilder(opset);
        string[] names = [.. inputs.Select((input, i) => input is null ? "" : $"x{i}")];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is TensorValue value)
            {
                builder.Input(names[i], value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
            }
        }

        GraphNode node = builder.Node(name, names, ["y"], attributes).Output("y", ElementType.Float32).Build().Nodes[0];
        return new OperatorCase(node, inputs, batched);
    }

    private static OperatorCase Unary(string name, CaseRandom random, int opset) => Case(name, opset, [random.Floats(random.Length(3, true), random.Length(90))], [0]);

    private static OperatorCase Binary(string name, CaseRandom random, int opset)
    {
        ElementType type = random.Coin() ? ElementType.Float32 : _numbers[random.Next(_numbers.Length)];
        long[] shape = random.Lengths(1, 4, 5, true);
        if (random.Coin())
        {
            shape[^1] = random.Length(40, true);
        }

        long[] Fit(long[] lengths) => [.. lengths.Skip(random.Next(2) * random.Next(lengths.Length + 1)).Select(length => random.Next(3) == 0 ? 1 : length)];
        bool same = random.Coin();
        long[] left = same ? shape : Fit(shape);
        long[] right = random.Next(4) == 0 ? shape : Fit(shape);
        return Case(name, opset, [random.Tensor(type, left), random.Tensor(type, right)], left.Length > 0 && left.SequenceEqual(right) ? [0, 1] : []);
    }

    private static OperatorCase ArgMax(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 6);
        int axis = random.Between(-shape.Length + 1, shape.Length - 1);
        if (axis != 0)
        {
            shape[0] = random.Length(6, true);
        }

        List<(string, AttributeValue)> attributes = [("axis", AttributeValue.Of(axis)), ("keepdims", AttributeValue.Of(random.Next(2)))];
        if (opset >= 12 && random.Coin())
        {
            attributes.Add(("select_last_index", AttributeValue.Of(1)));
        }

        return Case("ArgMax", opset, [random.Floats(shape)], axis == 0 ? [] : [0], [.. attributes]);
    }

    private static OperatorCase BatchNormalization(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6);
        long channels = shape.Length < 2 ? 1 : shape[1];
        return Case(
            "BatchNormalization",
            opset,
            [random.Floats(shape), random.Floats(channels), random.Floats(channels), random.Floats(channels), random.Floats(channels)],
            [0],
            ("epsilon", AttributeValue.Of(random.Coin() ? 1e-5f : 0.01f)));
    }

    private static OperatorCase Cast(CaseRandom random, int opset)
    {
        TensorValue input = random.Tensor(_all[random.Next(_all.Length)], random.Lengths(1, 2, 20));
        return Case("Cast", opset, [input], [0], ("to", AttributeValue.Of((long)_all[random.Next(_all.Length)])));
    }

    private static OperatorCase Clip(CaseRandom random, int opset)
    {
        TensorValue input = random.Floats(2, random.Length(50, true));
        if (opset < 11)
        {
            return Case("Clip", opset, [input], [0], ("min", AttributeValue.Of(-0.5f)), ("max", AttributeValue.Of(random.Float())));
        }

        return Case("Clip", opset, [input, random.Coin() ? random.Floats() : null, random.Coin() ? random.Floats() : null], [0]);
    }

    private static OperatorCase Concat(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 4);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        ElementType type = _all[random.Next(_all.Length)];
        TensorValue?[] inputs = new TensorValue?[random.Between(1, 4)];
        for (int i = 0; i < inputs.Length; i++)
        {
            long[] part = [.. shape];
            part[axis < 0 ? axis + shape.Length : axis] = random.Between(0, 4);
            inputs[i] = random.Tensor(type, part);
        }

        bool rows = axis != 0 && axis != -shape.Length;
        return Case("Concat", opset, inputs, rows ? [.. Enumerable.Range(0, inputs.Length)] : [], ("axis", AttributeValue.Of(axis)));
    }

    private static List<(string, AttributeValue)> Window(CaseRandom random, long[] spatial, long[] kernel, bool dilates, out long[] enlarged)
    {
        int axes = spatial.Length;
        List<(string, AttributeValue)> attributes = [];
        long[] dilations = [.. kernel.Select(_ => dilates ? (long)random.Between(1, 2) : 1)];
        if (dilates && random.Coin())
        {
            attributes.Add(("dilations", AttributeValue.Of(dilations)));
        }
        else
        {
            dilations.AsSpan().Fill(1);
        }

        enlarged = [.. spatial.Select((length, i) => Math.Max(length, ((kernel[i] - 1) * dilations[i]) + 1))];
        if (random.Coin())
        {
            attributes.Add(("strides", AttributeValue.Of([.. kernel.Select(_ => (long)random.Between(1, 3))])));
        }

        switch (random.Next(4))
        {
            case 0:
                attributes.Add(("pads", AttributeValue.Of([.. Enumerable.Range(0, 2 * axes).Select(i => (long)random.Next((int)kernel[i % axes]))])));
                break;
            case 1:
                attributes.Add(("auto_pad", AttributeValue.Of(new[] { "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET" }[random.Next(4)])));
                break;
        }

        return attributes;
    }

    private static OperatorCase Conv(CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        int groups = random.Between(1, 3);
        int inputChannels = (int)random.Length(random.Next(6) == 0 ? 40 : 4, true);
        int outputChannels = random.Between(1, 6);
        long[] kernel = random.Lengths(axes, axes, 3);
        List<(string, AttributeValue)> attributes = Window(random, random.Lengths(axes, axes, axes == 1 ? 40 : 9), kernel, true, out long[] spatial);
        attributes.Add(("group", AttributeValue.Of(groups)));
        if (random.Coin())
        {
            attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        }

        TensorValue input = random.Floats([random.Length(3, true), groups * inputChannels, .. spatial]);
        TensorValue weights = random.Floats([groups * outputChannels, inputChannels, .. kernel]);
        TensorValue? bias = random.Coin() ? random.Floats(groups * outputChannels) : null;
        return Case("Conv", opset, bias is null ? [input, weights] : [input, weights, bias], [0], [.. attributes]);
    }

    private static OperatorCase Pool(string name, CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        long[] kernel = random.Lengths(axes, axes, 3);
        bool averages = name == "AveragePool";
        List<(string, AttributeValue)> attributes = Window(random, random.Lengths(axes, axes, 8), kernel, opset >= (averages ? 19 : 10), out long[] spatial);
        attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        if (averages && random.Coin())
        {
            attributes.Add(("count_include_pad", AttributeValue.Of(1)));
        }

        if (opset >= 10 && random.Coin())
        {
            attributes.Add(("ceil_mode", AttributeValue.Of(1)));
        }

        return Case(name, opset, [random.Floats([random.Length(3, true), random.Length(3, true), .. spatial])], [0], [.. attributes]);
    }

    private static OperatorCase GlobalAveragePool(CaseRandom random, int opset) =>
        Case("GlobalAveragePool", opset, [random.Floats([random.Length(3, true), random.Length(4, true), .. random.Lengths(1, 3, 12, true)])], [0]);

    private static OperatorCase Dropout(CaseRandom random, int opset) =>
        Case("Dropout", opset, opset >= 12 && random.Coin() ? [random.Floats(3, 5), random.Floats()] : [random.Floats(3, 5)], [0]);

    private static OperatorCase Flatten(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 5, 4, true);
        return Case("Flatten", opset, [random.Tensor(_all[random.Next(_all.Length)], shape)], [], ("axis", AttributeValue.Of(random.Between(-shape.Length, shape.Length))));
    }

    private static OperatorCase Reshape(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 4);
        long[] asked = random.Coin() ? [0, -1] : [-1, shape[^1]];
        return Case("Reshape", opset, [random.Floats(shape), TensorValue.Create(asked, asked.Length)], []);
    }

    private static OperatorCase Gemm(CaseRandom random, int opset)
    {
        long rows = random.Length(70, true);
        long depth = random.Next(3) == 0 ? random.Between(250, 600) : random.Length(30, true);
        long columns = random.Length(depth > 200 ? 10 : 70, true);
        rows = depth > 200 ? Math.Min(rows, 6) : rows;
        bool left = random.Coin();
        bool right = random.Coin();
        long[][] biases = [[columns], [1, columns], [rows, columns], [rows, 1], [1], []];
        List<(string, AttributeValue)> attributes = [("transA", AttributeValue.Of(left ? 1 : 0)), ("transB", AttributeValue.Of(right ? 1 : 0))];
        if (random.Next(3) == 0)
        {
            attributes.Add(("alpha", AttributeValue.Of(0.3f)));
        }

        if (random.Next(3) == 0)
        {
            attributes.Add(("beta", AttributeValue.Of(-1.7f)));
        }

        TensorValue a = left ? random.Floats(depth, rows) : random.Floats(rows, depth);
        TensorValue b = right ? random.Floats(columns, depth) : random.Floats(depth, columns);
        bool hasBias = opset < 11 || random.Next(3) > 0;
        long[] bias = biases[random.Next(biases.Length)];
        bool rowsMix = left || (hasBias && bias.Length == 2 && bias[0] > 1);
        return Case("Gemm", opset, hasBias ? [a, b, random.Floats(bias)] : [a, b], rowsMix ? [] : [0], [.. attributes]);
    }

    private static OperatorCase MatMul(CaseRandom random, int opset)
    {
        long rows = random.Length(40, true);
        long depth = random.Next(4) == 0 ? random.Between(255, 520) : random.Length(20, true);
        long columns = random.Length(depth > 200 ? 6 : 40, true);
        rows = depth > 200 ? Math.Min(rows, 5) : rows;
        return random.Next(5) switch
        {
            0 => Case("MatMul", opset, [random.Floats(depth), random.Floats(depth, columns)], []),
            1 => Case("MatMul", opset, [random.Floats(rows, depth), random.Floats(depth)], [0]),
            2 => Case("MatMul", opset, [random.Floats(2, 1, rows, depth), random.Floats(3, depth, columns)], [0]),
            3 => Case("MatMul", opset, [random.Floats(2, 3, rows, depth), random.Floats(2, 3, depth, columns)], [0, 1]),
            _ => Case("MatMul", opset, [random.Floats(3, rows, depth), random.Floats(depth, columns)], [0]),
        };
    }

    private static OperatorCase Multinomial(CaseRandom random, int opset) =>
        Case("Multinomial", opset, [random.Floats(random.Length(4, true), random.Length(30))], [0], ("sample_size", AttributeValue.Of(random.Between(1, 9))), ("dtype", AttributeValue.Of(6 + random.Next(2))));

    private static OperatorCase Reduce(string name, CaseRandom random, int opset, bool axesAreInput)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        if (random.Coin())
        {
            shape[random.Next(shape.Length)] = random.Between(60, 140);
        }

        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Coin()).Select(axis => (long)(random.Coin() ? axis : axis - shape.Length))];
        (string, AttributeValue) keep = ("keepdims", AttributeValue.Of(random.Next(2)));
        int[] batched = axes.Length > 0 && !axes.Contains(0) && !axes.Contains(-shape.Length) ? [0] : [];
        if (axesAreInput)
        {
            TensorValue list = TensorValue.Create(axes, axes.Length);
            return Case(name, opset, axes.Length == 0 && random.Coin() ? [random.Floats(shape)] : [random.Floats(shape), list], batched, keep);
        }

        return axes.Length == 0 ? Case(name, opset, [random.Floats(shape)], batched, keep) : Case(name, opset, [random.Floats(shape)], batched, keep, ("axes", AttributeValue.Of(axes)));
    }

    private static OperatorCase Softmax(string name, CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(2, 4, 5, true);
        if (random.Coin())
        {
            shape[^1] = random.Between(60, 140);
        }

        int axis = random.Between(opset < 11 ? 0 : -shape.Length, shape.Length - 1);
        return Case(name, opset, [random.Floats(shape)], axis == 0 || axis == -shape.Length ? [] : [0], ("axis", AttributeValue.Of(axis)));
    }

    private static OperatorCase Transpose(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 5, 5, true);
        long[] permutation = [.. Enumerable.Range(0, shape.Length).Select(axis => (Key: random.Word(), Axis: (long)axis)).OrderBy(pair => pair.Key).Select(pair => pair.Axis)];
        TensorValue input = random.Tensor(_all[random.Next(_all.Length)], shape);
        return random.Next(4) == 0 ? Case("Transpose", opset, [input], []) : Case("Transpose", opset, [input], permutation[0] == 0 ? [0] : [], ("perm", AttributeValue.Of(permutation)));
    }
}
