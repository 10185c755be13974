using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Makes random graphs of operators that compute, move, view, split and join tensors, some with shapes that depend on elements. Used by one thread.</summary>
internal sealed class MixedGraph
{
    private const long MostElements = 3000;

    private readonly CaseRandom _random;
    private readonly OnnxModelBuilder _builder = new(17);
    private readonly ElementType _type;
    private readonly List<(string Name, long[] Shape)> _values = [];
    private readonly List<long[]> _inputShapes = [];
    private int _names;

    private MixedGraph(ulong seed)
    {
        _random = new CaseRandom(seed) { IsSpecial = seed % 4 == 0 };
        _type = seed % 5 == 0 ? ElementType.Float16 : ElementType.Float32;
        for (int i = 0; i < 2; i++)
        {
            long[] shape = [_random.Between(1, 2), _random.Between(1, 5), _random.Between(1, 6), _random.Next(4) == 0 ? _random.Between(60, 70) : _random.Between(1, 8)];
            _inputShapes.Add(shape);
            _builder.Input($"x{i}", _type, [.. shape.Select(length => (GraphDimension)length)]);
            _values.Add(($"x{i}", shape));
        }
    }

    /// <summary>Gets the model.</summary>
    public OnnxModel Model { get; private set; } = null!;

    /// <summary>Makes a model.</summary>
    public static MixedGraph Of(ulong seed)
    {
        MixedGraph graph = new(seed);
        int count = graph._random.Between(4, 20);
        for (int i = 0; i < count; i++)
        {
            graph.Grow();
        }

        HashSet<string> outputs = [graph._values[^1].Name];
        foreach ((string name, long[] _) in graph._values)
        {
            if (graph._random.Next(7) == 0)
            {
                outputs.Add(name);
            }
        }

        foreach (string name in outputs)
        {
            graph._builder.Output(name, graph._type, [.. graph._values.First(value => value.Name == name).Shape.Select(length => (GraphDimension)length)]);
        }

        graph.Model = graph._builder.Build();
        return graph;
    }

    /// <summary>Makes inputs for the model, others at each call.</summary>
    public NamedTensors Inputs() => new(_inputShapes.Select((shape, i) => KeyValuePair.Create($"x{i}", Tensor(shape))));

    private TensorValue Tensor(params long[] shape) =>
        _type == ElementType.Float32 ? _random.Floats(shape) : CaseRandom.Convert(_random.Floats(shape), _type);

    private string Fresh() => $"v{_names++}";

    private string Constant(params long[] shape)
    {
        string name = Fresh();
        _builder.Initializer(name, Tensor(shape));
        return name;
    }

    private string Integers(params long[] values)
    {
        string name = Fresh();
        _builder.Initializer(name, TensorValue.Create(values, values.Length));
        return name;
    }

    private string Node(string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        string name = Fresh();
        _builder.Node(operatorType, inputs, [name], attributes);
        return name;
    }

    private string Pick(params string[] names) => names[_random.Next(names.Length)];

    private void Add(string name, params long[] shape) => _values.Add((name, shape));

    private string OtherFor(string value, long[] shape)
    {
        (string Name, long[] Shape)[] same = [.. _values.Where(candidate => candidate.Shape.SequenceEqual(shape))];
        return _random.Next(6) switch
        {
            0 => value,
            1 => Constant(),
            2 when shape.Length > 0 => Constant(shape[^1]),
            3 when shape.Length > 1 => Constant([shape[^2], 1]),
            _ => same[_random.Next(same.Length)].Name,
        };
    }

    private void Grow()
    {
        (string v, long[] s) = _values[_random.Next(3) == 0 ? _random.Next(_values.Count) : _values.Count - 1];
        long elements = s.Aggregate(1L, (product, length) => product * length);
        int rank = s.Length;
        switch (_random.Next(24))
        {
            case 0 or 1 or 2:
                Add(Node(Pick("Relu", "Neg", "Sigmoid", "Tanh", "Abs", "Sqrt", "Exp", "LeakyRelu", "Erf", "HardSwish"), [v]), s);
                break;
            case 3 or 4 or 5 or 6:
                string other = OtherFor(v, s);
                Add(Node(Pick("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Sum"), _random.Coin() ? [v, other] : [other, v]), s);
                break;
            case 7:
                Add(Node("Where", [Node("Less", [v, OtherFor(v, s)]), Pick(v, OtherFor(v, s)), v]), s);
                break;
            case 8:
                Add(Node("Clip", [v, Constant(), _random.Coin() ? Constant() : string.Empty]), s);
                break;
            case 9:
                Add(Node(Pick("Identity", "Dropout"), [v]), s);
                break;
            case 10:
                string flat = Node("Reshape", [v, Integers(-1)]);
                Add(flat, elements);
                Add(Node("Reshape", [_random.Coin() ? flat : Node("Relu", [flat]), _random.Coin() ? Integers(s) : Node("Shape", [v])]), s);
                break;
            case 11 when rank < 6:
                Add(Node("Unsqueeze", [v, Integers(0)]), [1, .. s]);
                break;
            case 12 when rank > 1 && s[0] == 1:
                Add(Node("Squeeze", [v, Integers(0)]), s[1..]);
                break;
            case 13 when rank > 1:
                int[] order = [.. Enumerable.Range(0, rank).OrderBy(_ => _random.Word())];
                Add(Node("Transpose", [v], ("perm", AttributeValue.Of([.. order.Select(axis => (long)axis)]))), [.. order.Select(axis => s[axis])]);
                break;
            case 14 when rank > 0 && elements * 2 <= MostElements:
                int joined = _random.Next(rank);
                Add(Node("Concat", [v, _values.Last(candidate => candidate.Shape.SequenceEqual(s)).Name], ("axis", AttributeValue.Of((long)joined))), With(s, joined, 2 * s[joined]));
                break;
            case 15 when rank > 0 && Array.FindIndex(s, length => length % 2 == 0) is >= 0 and int halved:
                string left = Fresh();
                string right = Fresh();
                _builder.Node("Split", [v], [left, right], ("axis", AttributeValue.Of((long)halved)));
                Add(left, With(s, halved, s[halved] / 2));
                Add(right, With(s, halved, s[halved] / 2));
                break;
            case 16 when rank > 0:
                int cut = _random.Next(rank);
                long start = _random.Next((int)s[cut]);
                Add(Node("Slice", [v, Integers(start), Integers(s[cut]), Integers(cut)]), With(s, cut, s[cut] - start));
                break;
            case 17 when rank > 0:
                int taken = _random.Next(rank);
                Add(Node("Gather", [v, Integers(_random.Next((int)s[taken]), 0)], ("axis", AttributeValue.Of((long)taken))), With(s, taken, 2));
                break;
            case 18 when rank > 1:
                long columns = _random.Between(1, 9);
                string weights = Constant(s[^1], columns);
                Add(Node("MatMul", [v, _random.Coin() ? weights : Node("Identity", [weights])]), With(s, rank - 1, columns));
                break;
            case 19 when rank == 4 && s[2] > 0:
                long channels = _random.Between(1, 4);
                long side = Math.Min(Math.Min(s[2], s[3]), _random.Between(1, 3));
                Add(
                    Node("Conv", _random.Coin() ? [v, Constant(channels, s[1], side, side), Constant(channels)] : [v, Constant(channels, s[1], side, side)]),
                    s[0], channels, s[2] - side + 1, s[3] - side + 1);
                break;
            case 20 when rank > 1:
                Add(Node("BatchNormalization", [v, Constant(s[1]), Constant(s[1]), Constant(s[1]), Constant(s[1])]), s);
                break;
            case 21 when rank > 0:
                Add(_random.Coin() ? Node("Softmax", [v]) : Node("LayerNormalization", [v, Constant(s[^1])]), s);
                break;
            case 22 when rank > 0 && _random.Coin():
                // The number of columns depends on elements; a view and a sum of them come back to a shape that does not.
                string found = Node("Cast", [Node("NonZero", [v])], ("to", AttributeValue.Of((long)_type)));
                string viewed = _random.Coin() ? Node("Unsqueeze", [found, Integers(0)]) : Node("Identity", [found]);
                string sum = Node("ReduceSum", [Pick(viewed, Node("Relu", [viewed]))], ("keepdims", AttributeValue.Of(0L)));
                Add(Node(Pick("Add", "Mul"), [v, sum]), s);
                break;
            default:
                Add(Node("Add", [Node("Neg", [v]), OtherFor(v, s)]), s);
                break;
        }
    }

    private static long[] With(long[] shape, int axis, long length) => [.. shape.Select((old, i) => i == axis ? length : old)];
}
