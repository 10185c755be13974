using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Decoders with seeded weights, with the inputs and outputs that exporters give them. Batch and lengths are open.</summary>
public static class DecoderNetworks
{
    /// <summary>Makes a decoder.</summary>
    public static OnnxModel Make(DecoderStyle style, DecoderSizes? sizes = null, ulong seed = 1) => new Writer(style, sizes ?? DecoderSizes.Small, seed).Build();

    private sealed class Writer(DecoderStyle style, DecoderSizes sizes, ulong seed)
    {
        private const string Microsoft = "com.microsoft";

        private readonly OnnxModelBuilder _model = new OnnxModelBuilder(style is DecoderStyle.Gpt2Attention or DecoderStyle.LlamaAttention ? 23 : 17).Opset(Microsoft, 1);
        private readonly SeededWeights _weights = new(seed);
        private int _count;

        private bool IsLlama => style is DecoderStyle.Llama or DecoderStyle.LlamaAttention or DecoderStyle.LlamaMicrosoft;

        private bool HasCache => style != DecoderStyle.Gpt2WithoutCache;

        private int KeyHeads => IsLlama ? sizes.KeyHeads : sizes.Heads;

        internal OnnxModel Build()
        {
            _model.Input("input_ids", ElementType.Int64, "batch", "sequence");
            _model.Input("attention_mask", ElementType.Int64, "batch", "total");
            _model.Input("position_ids", ElementType.Int64, "batch", "sequence");
            for (int layer = 0; HasCache && layer < sizes.Layers; layer++)
            {
                foreach (string part in (string[])["key", "value"])
                {
                    _model.Input(Invariant($"past_key_values.{layer}.{part}"), ElementType.Float32, "batch", KeyHeads, "past", sizes.HeadSize);
                }
            }

            string stream = Node("Gather", [Weight(1, sizes.Vocabulary, sizes.Width), "input_ids"]);
            stream = IsLlama ? stream : Node("Add", [stream, Node("Gather", [Weight(0.2, sizes.Context, sizes.Width), "position_ids"])]);
            string allowed = Allowed();
            (string, string) tables = IsLlama ? Tables() : default;
            string carried = string.Empty;
            for (int layer = 0; layer < sizes.Layers; layer++)
            {
                string normal = Normalize(ref stream, carried);
                string mixed = Attend(layer, normal, allowed, tables);
                normal = Normalize(ref stream, mixed);
                carried = IsLlama ? Gated(normal) : Curved(normal);
            }

            string last = Normalize(ref stream, carried);
            _model.Node("MatMul", [last, Weight(2.0, sizes.Width, sizes.Vocabulary)], ["logits"]);
            _model.Output("logits", ElementType.Float32, "batch", "sequence", sizes.Vocabulary);
            for (int layer = 0; HasCache && layer < sizes.Layers; layer++)
            {
                foreach (string part in (string[])["key", "value"])
                {
                    _model.Output(Invariant($"present.{layer}.{part}"), ElementType.Float32, "batch", KeyHeads, "total", sizes.HeadSize);
                }
            }

            return _model.Build();
        }

        private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

        // Adds what a block has computed to the stream and normalises the sum.
        private string Normalize(ref string stream, string added)
        {
            string scale = Constant(_weights.Uniform(0.8f, 1.2f, sizes.Width));
            string bias = Constant(_weights.Uniform(-0.1f, 0.1f, sizes.Width));
            if (added.Length > 0 && style is DecoderStyle.Gpt2Microsoft or DecoderStyle.LlamaMicrosoft && added.Length > 0)
            {
                string sum = Name();
                string normal = Name();
                _model.Node(
                    Microsoft, IsLlama ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization", string.Empty, IsLlama ? [stream, added, scale] : [stream, added, scale, bias], [normal, string.Empty, string.Empty, sum],
                    ("epsilon", AttributeValue.Of(1e-5f)));
                stream = sum;
                return normal;
            }

            stream = added.Length > 0 ? Node("Add", [stream, added]) : stream;
            if (!IsLlama)
            {
                return Node("LayerNormalization", [stream, scale, bias], ("axis", AttributeValue.Of(-1L)), ("epsilon", AttributeValue.Of(1e-5f)));
            }

            if (style == DecoderStyle.LlamaAttention)
            {
                return Node("RMSNormalization", [stream, scale], ("axis", AttributeValue.Of(-1L)), ("epsilon", AttributeValue.Of(1e-5f)));
            }

            string square = Node("ReduceMean", [Node("Mul", [stream, stream])], ("axes", AttributeValue.Of([-1L])), ("keepdims", AttributeValue.Of(1L)));
            string root = Node("Sqrt", [Node("Add", [square, Scalar(1e-5f)])]);
            return Node("Mul", [scale, Node("Div", [stream, root])]);
        }

        private string Attend(int layer, string x, string allowed, (string Cosines, string Sines) tables)
        {
            (int heads, int size) = (sizes.Heads, sizes.HeadSize);
            string query = Dense(x, sizes.Width, heads * size, 2);
            string key = Dense(x, sizes.Width, KeyHeads * size, 2);
            string value = Dense(x, sizes.Width, KeyHeads * size);
            string result = style switch
            {
                DecoderStyle.Gpt2Attention or DecoderStyle.LlamaAttention => Standard(layer, Rotate(query, heads, tables), Rotate(key, KeyHeads, tables), value, allowed),
                DecoderStyle.Gpt2Microsoft => MultiHead(layer, query, key, value),
                DecoderStyle.LlamaMicrosoft => GroupQuery(layer, Rotate(query, heads, tables), Rotate(key, KeyHeads, tables), value, allowed),
                _ => Plain(layer, query, key, value, allowed, tables),
            };
            return Dense(result, sizes.Width, sizes.Width, 0.5);
        }

        private string Plain(int layer, string query, string key, string value, string allowed, (string Cosines, string Sines) tables)
        {
            (int heads, int size) = (sizes.Heads, sizes.HeadSize);
            query = Turn(Split(query, heads), tables);
            key = Append(layer, "key", Turn(Split(key, KeyHeads), tables));
            value = Append(layer, "value", Split(value, KeyHeads));
            (key, value) = (Repeat(key), Repeat(value));
            string scores = Node("MatMul", [query, Node("Transpose", [key], ("perm", AttributeValue.Of([0L, 1, 3, 2])))]);
            scores = Node("Where", [allowed, Node("Mul", [scores, Scalar(1 / MathF.Sqrt(size))]), Scalar(float.MinValue)]);
            string mixed = Node("MatMul", [Node("Softmax", [scores], ("axis", AttributeValue.Of(3L))), value]);
            return Node("Reshape", [Node("Transpose", [mixed], ("perm", AttributeValue.Of([0L, 2, 1, 3]))), Integers(0, 0, sizes.Width)]);
        }

        private string Standard(int layer, string query, string key, string value, string allowed)
        {
            string result = Name();
            _model.Node(
                "Attention",
                [query, key, value, allowed, Invariant($"past_key_values.{layer}.key"), Invariant($"past_key_values.{layer}.value")],
                [result, Invariant($"present.{layer}.key"), Invariant($"present.{layer}.value")],
                ("q_num_heads", AttributeValue.Of(sizes.Heads)),
                ("kv_num_heads", AttributeValue.Of(KeyHeads)));
            return result;
        }

        private string MultiHead(int layer, string query, string key, string value)
        {
            string result = Name();
            _model.Node(
                Microsoft, "MultiHeadAttention", string.Empty,
                [query, key, value, string.Empty, string.Empty, string.Empty, Invariant($"past_key_values.{layer}.key"), Invariant($"past_key_values.{layer}.value")],
                [result, Invariant($"present.{layer}.key"), Invariant($"present.{layer}.value")],
                ("num_heads", AttributeValue.Of(sizes.Heads)),
                ("unidirectional", AttributeValue.Of(1L)));
            return result;
        }

        // Here "allowed" holds the lengths: the last place of each sequence, and the longest sequence.
        private string GroupQuery(int layer, string query, string key, string value, string lengths)
        {
            string result = Name();
            _model.Node(
                Microsoft, "GroupQueryAttention", string.Empty,
                [query, key, value, Invariant($"past_key_values.{layer}.key"), Invariant($"past_key_values.{layer}.value"), lengths + ".last", lengths + ".total"],
                [result, Invariant($"present.{layer}.key"), Invariant($"present.{layer}.value")],
                ("num_heads", AttributeValue.Of(sizes.Heads)),
                ("kv_num_heads", AttributeValue.Of(KeyHeads)));
            return result;
        }

        private string Append(int layer, string part, string value)
        {
            if (!HasCache)
            {
                return value;
            }

            string present = Invariant($"present.{layer}.{part}");
            _model.Node("Concat", [Invariant($"past_key_values.{layer}.{part}"), value], [present], ("axis", AttributeValue.Of(2L)));
            return present;
        }

        private string Split(string value, int heads) =>
            Node("Transpose", [Node("Reshape", [value, Integers(0, 0, heads, sizes.HeadSize)])], ("perm", AttributeValue.Of([0L, 2, 1, 3])));

        // As PyTorch's exporter writes the repetition of heads.
        private string Repeat(string value)
        {
            if (KeyHeads == sizes.Heads)
            {
                return value;
            }

            int groups = sizes.Heads / KeyHeads;
            string shape = Node("Shape", [value]);
            string Axis(long axis) => Node("Gather", [shape, Integers(axis)]);
            (string, AttributeValue) first = ("axis", AttributeValue.Of(0L));
            string wide = Node("Concat", [Axis(0), Axis(1), Integers(groups), Axis(2), Axis(3)], first);
            string flat = Node("Concat", [Axis(0), Integers(sizes.Heads), Axis(2), Axis(3)], first);
            return Node("Reshape", [Node("Expand", [Node("Unsqueeze", [value, Integers(2)]), wide]), flat]);
        }

        // Turns halves of heads by their positions, in plain operators.
        private string Turn(string value, (string Cosines, string Sines) tables)
        {
            if (!IsLlama)
            {
                return value;
            }

            long half = sizes.HeadSize / 2;
            string first = Node("Slice", [value, Integers(0), Integers(half), Integers(3)]);
            string second = Node("Slice", [value, Integers(half), Integers(long.MaxValue), Integers(3)]);
            string turned = Node("Concat", [Node("Neg", [second]), first], ("axis", AttributeValue.Of(-1L)));
            return Node("Add", [Node("Mul", [value, Spread(tables.Cosines)]), Node("Mul", [turned, Spread(tables.Sines)])]);
        }

        private string Spread(string table)
        {
            string rows = Node("Gather", [table, "position_ids"]);
            return Node("Unsqueeze", [Node("Concat", [rows, rows], ("axis", AttributeValue.Of(-1L))), Integers(1)]);
        }

        private string Rotate(string value, int heads, (string Cosines, string Sines) tables) => style switch
        {
            DecoderStyle.LlamaAttention => Node("RotaryEmbedding", [value, tables.Cosines, tables.Sines, "position_ids"], ("num_heads", AttributeValue.Of(heads))),
            DecoderStyle.LlamaMicrosoft => NodeOf(Microsoft, "RotaryEmbedding", [value, "position_ids", tables.Cosines, tables.Sines]),
            _ => value,
        };

        private (string Cosines, string Sines) Tables()
        {
            int half = sizes.HeadSize / 2;
            float[] cosines = new float[sizes.Context * half];
            float[] sines = new float[sizes.Context * half];
            for (int i = 0; i < cosines.Length; i++)
            {
                double angle = i / half * Math.Pow(10000, -(double)(i % half) / half);
                (cosines[i], sines[i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            }

            return (Constant(TensorValue.Create(cosines, sizes.Context, half)), Constant(TensorValue.Create(sines, sizes.Context, half)));
        }

        private string Allowed()
        {
            string total = Node("Gather", [Node("Shape", ["attention_mask"]), Integers(1)]);
            if (style == DecoderStyle.LlamaMicrosoft)
            {
                string sum = Node("Sub", [Node("ReduceSum", ["attention_mask", Integers(1)], ("keepdims", AttributeValue.Of(0L))), Integers(1)]);
                _model.Node("Cast", [sum], ["lengths.last"], ("to", AttributeValue.Of((long)ElementType.Int32)));
                _model.Node("Cast", [Node("Squeeze", [total])], ["lengths.total"], ("to", AttributeValue.Of((long)ElementType.Int32)));
                return "lengths";
            }

            string end = Node("Squeeze", [total]);
            string start = Node("Sub", [end, Node("Squeeze", [Node("Gather", [Node("Shape", ["input_ids"]), Integers(1)])])]);
            string one = Constant(TensorValue.Create([1L], []));
            string places = Node("Range", [Constant(TensorValue.Create([0L], [])), end, one]);
            string own = Node("Unsqueeze", [Node("Range", [start, end, one]), Integers(1)]);
            string present = Node("Unsqueeze", [Node("Cast", ["attention_mask"], ("to", AttributeValue.Of((long)ElementType.Boolean))), Integers(1, 2)]);
            return Node("And", [present, Node("LessOrEqual", [places, own])]);
        }

        // GELU by a hyperbolic tangent, as GPT-2 has it.
        private string Curved(string x)
        {
            string y = Dense(x, sizes.Width, sizes.Inner);
            string cube = Node("Mul", [Node("Pow", [y, Scalar(3)]), Scalar(0.044715f)]);
            string bent = Node("Tanh", [Node("Mul", [Node("Add", [y, cube]), Scalar(0.7978846f)])]);
            y = Node("Mul", [Node("Mul", [y, Scalar(0.5f)]), Node("Add", [bent, Scalar(1)])]);
            return Dense(y, sizes.Inner, sizes.Width, 0.5);
        }

        // SwiGLU, without biases.
        private string Gated(string x)
        {
            string gate = Node("MatMul", [x, Weight(1, sizes.Width, sizes.Inner)]);
            string up = Node("MatMul", [x, Weight(1, sizes.Width, sizes.Inner)]);
            string curve = Node("Mul", [gate, Node("Sigmoid", [gate])]);
            return Node("MatMul", [Node("Mul", [curve, up]), Weight(1, sizes.Inner, sizes.Width)]);
        }

        private string Dense(string x, int from, int to, double gain = 1)
        {
            string product = Node("MatMul", [x, Weight(gain, from, to)]);
            return IsLlama ? product : Node("Add", [product, Constant(_weights.Uniform(-0.05f, 0.05f, to))]);
        }

        private string Weight(double gain, int rows, int columns) => Constant(_weights.Scaled(gain, rows == sizes.Vocabulary || rows == sizes.Context ? 1 : rows, rows, columns));

        private string Scalar(float value) => Constant(TensorValue.Create([value], []));

        private string Integers(params long[] values) => Constant(TensorValue.Create(values, values.Length));

        private string Constant(TensorValue value)
        {
            string name = Name();
            _model.Initializer(name, value);
            return name;
        }

        private string Name() => Invariant($"v{_count++}");

        private string Node(string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) => NodeOf(string.Empty, operatorType, inputs, attributes);

        private string NodeOf(string domain, string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
        {
            string name = Name();
            _model.Node(domain, operatorType, string.Empty, inputs, [name], attributes);
            return name;
        }
    }
}
