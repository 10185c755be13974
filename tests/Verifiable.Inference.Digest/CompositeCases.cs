using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Random cases of every operator that is defined by an expansion.</summary>
public static class CompositeCases
{
    private const string Microsoft = "com.microsoft";

    private static readonly SortedDictionary<string, Func<CaseRandom, int, OperatorCase>> _makers = new(
        QuantizedCompositeCases.All.Concat(
        [
            ("Attention", Attention),
            ("BatchNormalization", BatchNormalization),
            ("MeanVarianceNormalization", MeanVarianceNormalization),
            ("NegativeLogLikelihoodLoss", (random, opset) => Loss("NegativeLogLikelihoodLoss", random, opset)),
            ("RotaryEmbedding", (random, opset) => Rotary(string.Empty, random, opset)),
            ("SoftmaxCrossEntropyLoss", (random, opset) => Loss("SoftmaxCrossEntropyLoss", random, opset)),
            ("com.microsoft:Attention", FusedAttention),
            ("com.microsoft:EmbedLayerNormalization", EmbedLayer),
            ("com.microsoft:FusedConv", FusedConv),
            ("com.microsoft:GroupQueryAttention", GroupQuery),
            ("com.microsoft:MultiHeadAttention", MultiHead),
            ("com.microsoft:RotaryEmbedding", (random, opset) => Rotary(Microsoft, random, opset)),
            ("com.microsoft:SkipLayerNormalization", (random, opset) => Skip("SkipLayerNormalization", random, opset)),
            ("com.microsoft:SkipSimplifiedLayerNormalization", (random, opset) => Skip("SkipSimplifiedLayerNormalization", random, opset)),
        ]).ToDictionary(maker => maker.Item1, maker => maker.Item2),
        StringComparer.Ordinal);

    /// <summary>Gets the names of the operators that have cases, those of other domains than ONNX's own as <c>domain:name</c>.</summary>
    public static IReadOnlyCollection<string> Names => _makers.Keys;

    /// <summary>Names an operator as cases do.</summary>
    public static string NameOf(CompositeDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Domain.Length == 0 ? definition.Name : $"{definition.Domain}:{definition.Name}";
    }

    /// <summary>Makes a case of a definition.</summary>
    public static OperatorCase Make(CompositeDefinition definition, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var random = new CaseRandom(seed);
        int opset = definition.Domain.Length > 0 ? definition.SinceVersion : random.Between(definition.SinceVersion, definition.UntilVersion);
        return _makers[NameOf(definition)](random, opset);
    }

    private static OperatorCase Attention(CaseRandom random, int opset)
    {
        (long batch, long queries, long keys, long size, long values) = (random.Length(3), random.Between(1, 6), random.Between(1, 7), random.Between(1, 9), random.Between(1, 9));
        (long keyHeads, long groups) = (random.Length(3), random.Length(3));
        (long heads, bool flat, long past) = (keyHeads * groups, random.Coin(), random.Next(3) == 0 ? random.Between(1, 4) : 0);
        List<(string, AttributeValue)> attributes = [];
        if (flat)
        {
            attributes.Add(("q_num_heads", AttributeValue.Of(heads)));
            attributes.Add(("kv_num_heads", AttributeValue.Of(keyHeads)));
        }

        TensorValue Part(long count, long length, long width) => flat ? random.Floats(batch, length, count * width) : random.Floats(batch, count, length, width);
        long total = past + keys;
        TensorValue? mask = random.Next(3) switch
        {
            0 => Mask(random, random.Coin() ? ElementType.Boolean : ElementType.Float32, queries, total),
            1 => Mask(random, random.Coin() ? ElementType.Boolean : ElementType.Float32, batch, random.Coin() ? heads : 1, queries, total),
            _ => null,
        };
        // ONNX Runtime leaves causality out where there is one query only.
        bool causal = random.Coin() && queries > 1;
        if (causal)
        {
            attributes.Add(("is_causal", AttributeValue.Of(1)));
        }

        if (random.Next(3) == 0)
        {
            attributes.Add(("softcap", AttributeValue.Of(2f)));
        }

        if (random.Coin())
        {
            attributes.Add(("scale", AttributeValue.Of(0.3f)));
        }

        int outputs = past > 0 ? random.Between(3, 4) : 1;
        if (outputs == 4)
        {
            // ONNX Runtime shows the least finite number in the place of −∞.
            int mode = random.Next(4);
            attributes.Add(("qk_matmul_output_mode", AttributeValue.Of(mode == 2 && (causal || mask?.Type == ElementType.Boolean) ? 0 : mode)));
        }

        TensorValue?[] inputs = [Part(heads, queries, size), Part(keyHeads, keys, size), Part(keyHeads, keys, values), mask];
        inputs = past > 0 ? [.. inputs, random.Floats(batch, keyHeads, past, size), random.Floats(batch, keyHeads, past, values)] : inputs;
        return OperatorCase.Of(string.Empty, "Attention", opset, inputs, outputs, [], [.. attributes]);
    }

    // Every query may look at its first key at least.
    private static TensorValue Mask(CaseRandom random, ElementType type, params long[] lengths)
    {
        if (type == ElementType.Float32)
        {
            return random.Floats(lengths);
        }

        byte[] bytes = random.Tensor(type, lengths).Bytes.ToArray();
        for (int i = 0; i < bytes.Length; i += (int)lengths[^1])
        {
            bytes[i] = 1;
        }

        return TensorValue.Take(type, new TensorShape(lengths), bytes);
    }

    private static TensorValue Indices(CaseRandom random, int limit, params long[] lengths)
    {
        long count = new TensorShape(lengths).ElementCount;
        return TensorValue.Create([.. Enumerable.Range(0, (int)count).Select(_ => random.Next(limit))], lengths);
    }

    private static OperatorCase FusedAttention(CaseRandom random, int opset)
    {
        (long batch, long length, long heads, long size, long depth) = (random.Length(3), random.Between(1, 6), random.Length(4), random.Between(1, 8), random.Between(1, 20));
        long width = 3 * heads * size;
        TensorValue? mask = random.Next(4) switch
        {
            0 => Mask(random, ElementType.Boolean, batch, length),
            1 => Mask(random, ElementType.Boolean, batch, length, length),
            2 => TensorValue.Create([.. Enumerable.Range(0, (int)batch).Select(_ => random.Between(1, (int)length))], batch),
            _ => null,
        };
        mask = mask?.Type == ElementType.Boolean ? TensorValue.Create([.. mask.Bytes.ToArray().Select(flag => (int)flag)], [.. mask.Shape.Lengths]) : mask;
        bool causal = random.Coin();
        List<(string, AttributeValue)> attributes = [("num_heads", AttributeValue.Of(heads)), ("unidirectional", AttributeValue.Of(causal ? 1 : 0))];
        return OperatorCase.Of(Microsoft, "Attention", opset, [random.Floats(batch, length, depth), random.Floats(depth, width), random.Floats(width), mask], 1, [], [.. attributes]);
    }

    private static OperatorCase MultiHead(CaseRandom random, int opset)
    {
        (long batch, long queries, long keys, long heads, long size) = (random.Length(3), random.Between(1, 6), random.Between(1, 6), random.Length(4), random.Between(1, 8));
        long width = heads * size;
        TensorValue? bias = random.Coin() ? random.Floats(3 * width) : null;
        TensorValue? mask = random.Coin() ? Mask(random, ElementType.Boolean, batch, keys) : null;
        mask = mask is null ? null : TensorValue.Create([.. mask.Bytes.ToArray().Select(flag => (int)flag)], batch, keys);
        TensorValue? added = random.Coin() ? random.Floats(random.Coin() ? batch : 1, random.Coin() ? heads : 1, queries, keys) : null;
        List<(string, AttributeValue)> attributes = [("num_heads", AttributeValue.Of(heads))];
        if (random.Coin())
        {
            attributes.Add(("scale", AttributeValue.Of(0.4f)));
        }

        TensorValue?[] inputs = [random.Floats(batch, queries, width), random.Floats(batch, keys, width), random.Floats(batch, keys, width), bias, mask, added];
        return OperatorCase.Of(Microsoft, "MultiHeadAttention", opset, inputs, 1, [], [.. attributes]);
    }

    private static OperatorCase GroupQuery(CaseRandom random, int opset)
    {
        // The other engine takes a first run, or steps of one token.
        (long batch, long keyHeads, long groups, long size) = (random.Length(3), random.Length(3), random.Length(3), 8L * random.Between(1, 3));
        long past = random.Coin() ? random.Between(1, 5) : 0;
        long length = past > 0 ? 1 : random.Between(1, 6);
        bool turns = random.Coin();
        TensorValue Rows(long heads) => random.Floats(batch, length, heads * size);
        TensorValue Past() => random.Floats(batch, keyHeads, past, size);
        TensorValue last = TensorValue.Create([.. Enumerable.Repeat((int)(past + length - 1), (int)batch)], batch);
        TensorValue? Table() => turns ? random.Floats(past + length + 2, size / 2) : null;
        TensorValue?[] inputs = [Rows(keyHeads * groups), Rows(keyHeads), Rows(keyHeads), Past(), Past(), last, TensorValue.Create([(int)(past + length)], []), Table(), Table()];
        List<(string, AttributeValue)> attributes = [("num_heads", AttributeValue.Of(keyHeads * groups)), ("kv_num_heads", AttributeValue.Of(keyHeads)), ("do_rotary", AttributeValue.Of(turns ? 1 : 0))];
        if (random.Coin())
        {
            attributes.Add(("scale", AttributeValue.Of(0.4f)));
        }

        return OperatorCase.Of(Microsoft, "GroupQueryAttention", opset, inputs, 3, [], [.. attributes]);
    }

    private static OperatorCase BatchNormalization(CaseRandom random, int opset)
    {
        (long channels, long[] rest) = (random.Between(1, 5), random.Lengths(0, 3, 6));
        TensorValue variance = TensorValue.Create([.. Enumerable.Range(0, (int)channels).Select(_ => 0.1f + Math.Abs(random.Float()))], channels);
        TensorValue?[] inputs = [random.Floats([random.Between(2, 5), channels, .. rest]), random.Floats(channels), random.Floats(channels), random.Floats(channels), variance];
        List<(string, AttributeValue)> attributes = [("training_mode", AttributeValue.Of(1)), ("epsilon", AttributeValue.Of(random.Coin() ? 1e-5f : 0.01f))];
        if (random.Coin())
        {
            attributes.Add(("momentum", AttributeValue.Of(0.75f)));
        }

        return OperatorCase.Of(string.Empty, "BatchNormalization", opset, inputs, 3, [], [.. attributes]);
    }

    private static OperatorCase MeanVarianceNormalization(CaseRandom random, int opset)
    {
        TensorValue x = random.Floats(random.Between(1, 3), random.Between(1, 3), random.Between(2, 5), random.Between(2, 40));
        return random.Coin() ? OperatorCase.Of("MeanVarianceNormalization", opset, [x], []) : OperatorCase.Of("MeanVarianceNormalization", opset, [x], [], ("axes", AttributeValue.Of([2L, 3L])));
    }

    private static OperatorCase Loss(string name, CaseRandom random, int opset)
    {
        (long rows, long classes) = (random.Between(1, 5), random.Between(2, 5));
        long[] rest = random.Lengths(0, 2, 4);
        List<(string, AttributeValue)> attributes = [("reduction", AttributeValue.Of(new[] { "none", "sum", "mean" }[random.Next(3)]))];
        if (random.Coin())
        {
            attributes.Add(("ignore_index", AttributeValue.Of(1)));
        }

        long[] labels = [.. Enumerable.Range(0, (int)new TensorShape([rows, .. rest]).ElementCount).Select(_ => (long)random.Next((int)classes))];
        labels[0] = 0;
        TensorValue?[] inputs = [random.Floats([rows, classes, .. rest]), TensorValue.Create(labels, [rows, .. rest])];
        TensorValue weights = TensorValue.Create([.. Enumerable.Range(0, (int)classes).Select(_ => 0.1f + Math.Abs(random.Float()))], classes);
        inputs = random.Coin() ? [.. inputs, weights] : inputs;
        return OperatorCase.Of(string.Empty, name, opset, inputs, name[0] == 'S' ? random.Between(1, 2) : 1, [], [.. attributes]);
    }

    private static OperatorCase Rotary(string domain, CaseRandom random, int opset)
    {
        (long batch, long length, long heads, long half, long rows) = (random.Length(3), random.Between(1, 5), random.Length(3), random.Between(1, 5), 12);
        long size = (2 * half) + (random.Coin() ? 2 * random.Next(3) : 0);
        bool partial = size != 2 * half;
        bool flat = random.Coin() || (domain.Length > 0 && partial);
        TensorValue x = flat ? random.Floats(batch, length, heads * size) : random.Floats(batch, heads, length, size);
        List<(string, AttributeValue)> attributes = [("interleaved", AttributeValue.Of(random.Next(2)))];
        if (flat && (domain.Length == 0 || partial))
        {
            attributes.Add(("num_heads", AttributeValue.Of(heads)));
        }

        if (partial)
        {
            attributes.Add(("rotary_embedding_dim", AttributeValue.Of(2 * half)));
        }

        (TensorValue cosines, TensorValue sines) = (random.Floats(rows, half), random.Floats(rows, half));
        TensorValue positions = TensorValue.Create([.. Enumerable.Range(0, (int)(batch * length)).Select(_ => (long)random.Next((int)rows))], batch, length);
        if (domain.Length == 0)
        {
            return random.Coin()
                ? OperatorCase.Of(domain, "RotaryEmbedding", opset, [x, cosines, sines, positions], 1, [], [.. attributes])
                : OperatorCase.Of(domain, "RotaryEmbedding", opset, [x, random.Floats(batch, length, half), random.Floats(batch, length, half)], 1, [], [.. attributes]);
        }

        positions = random.Coin() ? positions : TensorValue.Create([(long)random.Next(4)], 1);
        return OperatorCase.Of(domain, "RotaryEmbedding", opset, [x, positions, cosines, sines], 1, [], [.. attributes]);
    }

    private static OperatorCase Skip(string name, CaseRandom random, int opset)
    {
        bool centers = name == "SkipLayerNormalization";
        (long batch, long length, long width) = (random.Length(3), random.Length(5), random.Between(1, 140));
        TensorValue?[] inputs = [random.Floats(batch, length, width), random.Floats(batch, length, width), random.Floats(width)];
        inputs = centers ? [.. inputs, random.Coin() ? random.Floats(width) : null] : inputs;
        inputs = random.Coin() ? [.. inputs, random.Floats(width)] : inputs;
        return OperatorCase.Of(Microsoft, name, opset, inputs, 1, [], ("epsilon", AttributeValue.Of(1e-5f)));
    }

    private static OperatorCase FusedConv(CaseRandom random, int opset)
    {
        (long channels, long filters, long length) = (random.Between(1, 3), random.Between(1, 3), random.Between(3, 9));
        List<(string, AttributeValue)> attributes = [("activation", AttributeValue.Of(new[] { "Relu", "Tanh", "Sigmoid", "LeakyRelu", "Clip" }[random.Next(5)])), ("kernel_shape", AttributeValue.Of(3L, 3L))];
        if (attributes[0].Item2.Text is "LeakyRelu" or "Clip")
        {
            attributes.Add(("activation_params", attributes[0].Item2.Text == "Clip" ? AttributeValue.Of(-0.5f, 0.5f) : AttributeValue.Of([0.2f])));
        }

        TensorValue?[] inputs = [random.Floats(2, channels, length, length), random.Floats(filters, channels, 3, 3), random.Floats(filters)];
        inputs = random.Coin() ? [.. inputs, random.Floats(2, filters, length - 2, length - 2)] : inputs;
        return OperatorCase.Of(Microsoft, "FusedConv", opset, inputs, 1, [], [.. attributes]);
    }

    private static OperatorCase EmbedLayer(CaseRandom random, int opset)
    {
        (long batch, long length, long width) = (random.Length(3), random.Between(1, 6), random.Between(1, 40));
        bool segments = random.Coin();
        TensorValue? mask = random.Coin() ? Indices(random, 2, batch, length) : null;
        return OperatorCase.Of(
            Microsoft, "EmbedLayerNormalization", opset,
            [
                Indices(random, 9, batch, length), segments ? Indices(random, 2, batch, length) : null, random.Floats(9, width), random.Floats(7, width),
                segments ? random.Floats(2, width) : null, random.Floats(width), random.Floats(width), mask,
            ],
            2, [], ("epsilon", AttributeValue.Of(1e-5f)));
    }
}
