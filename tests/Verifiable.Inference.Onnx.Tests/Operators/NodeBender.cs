using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Bends one graph node as a stranger would: extreme attributes, inputs of other shapes, types and values, absent and additional ones.</summary>
internal sealed class NodeBender(ulong seed)
{
    private static readonly long[] _integers =
    [
        0, 1, -1, 2, -2, 3, 7, 16, 17, -17, 64, 255, 1000, 65536, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, 1L << 40, -(1L << 40), long.MaxValue, long.MinValue,
        long.MaxValue - 1, long.MinValue + 1, long.MaxValue / 2,
    ];

    private static readonly float[] _floats = [0f, -0f, 1f, -1f, 0.5f, 2f, 1e30f, -1e30f, 1e-40f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, 1e9f];
    private static readonly string[] _texts = ["", "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "nearest", "linear", "cubic", "ij,jk->ik", "...", "\0", "reflect", "wrap", "edge", "sum", "none"];
    private static readonly long[] _lengths = [0, 0, 1, 1, 2, 3, 5, 8, 70, 1L << 20, 1L << 31, 1L << 40, long.MaxValue];

    private readonly CaseRandom _random = new(seed) { IsSpecial = true };
    private readonly List<bool> _constant = [];
    private readonly Dictionary<string, AttributeValue> _attributes = new(StringComparer.Ordinal);
    private TensorValue?[] _inputs = [];
    private GraphNode _node = null!;

    internal TensorValue?[] Inputs => _inputs;

    internal void Bend(OperatorCase sample)
    {
        _node = sample.Node;
        _inputs = [.. sample.Inputs];
        foreach ((string name, AttributeValue value) in sample.Node.Attributes)
        {
            _attributes[name] = value;
        }

        for (int bends = _random.Between(1, 3); bends > 0; bends--)
        {
            if (_attributes.Count > 0 && _random.Coin())
            {
                string name = _attributes.Keys.ElementAt(_random.Next(_attributes.Count));
                if (_random.Next(8) == 0)
                {
                    _attributes.Remove(name);
                }
                else
                {
                    _attributes[name] = Bend(_attributes[name]);
                }
            }
            else if (_inputs.Length > 0)
            {
                int input = _random.Next(_inputs.Length);
                _inputs[input] = _inputs[input] is { } value && (_random.Next(8) != 0 || input == 0) ? Bend(value) : input == 0 ? _inputs[0] : null;
            }
        }

        foreach (TensorValue? _ in _inputs)
        {
            _constant.Add(_random.Next(3) == 0);
        }
    }

    internal bool TryMake([NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(true)] out NamedTensors? inputs)
    {
        inputs = null;
        var builder = new OnnxModelBuilder(_node.Domain.Length == 0 ? _node.OpsetVersion : OperatorCatalog.NewestOpset);
        builder.Opset(_node.Domain, _node.OpsetVersion);
        var given = new List<KeyValuePair<string, TensorValue>>();
        string[] names = [.. _inputs.Select((input, i) => input is null ? "" : $"x{i}")];
        for (int i = 0; i < names.Length; i++)
        {
            if (_inputs[i] is not TensorValue value)
            {
                continue;
            }

            if (_constant[i])
            {
                builder.Initializer(names[i], value);
            }
            else
            {
                builder.Input(names[i], value.Type, [.. Enumerable.Range(0, value.Shape.Rank).Select(axis => GraphDimension.Named($"d{i}_{axis}"))]);
                given.Add(KeyValuePair.Create(names[i], value));
            }
        }

        // The graph's output is another node's, so that the operator's own type and rank need not be known here.
        string[] results = [.. _node.Outputs.Select((_, i) => $"y{i}")];
        builder.Node(_node.Domain, _node.OperatorType, string.Empty, names, results, [.. _attributes.Select(pair => (pair.Key, pair.Value))]);
        builder.Node("Size", ["y0"], ["size"]).Output("size", ElementType.Int64);
        if (!builder.TryBuild(out model, out _))
        {
            return false;
        }

        inputs = new NamedTensors([.. given]);
        return true;
    }

    public override string ToString() =>
        $"{_node} [{string.Join("; ", _attributes.Select(pair => $"{pair.Key}={Text(pair.Value)}"))}] ({string.Join("; ", _inputs.Select((input, i) => $"{(_constant[i] ? "constant " : "")}{Text(input)}"))})";

    private static string Text(TensorValue? value) => value is null ? "-" : value.Type is ElementType.Int64 && value.Length < 20 ? $"{value} {{{string.Join(", ", value.AsSpan<long>().ToArray())}}}" : $"{value}";

    private static string Text(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Int => $"{value.Int}",
        AttributeKind.Ints => $"[{string.Join(", ", value.Ints)}]",
        AttributeKind.Float => $"{value.Float:R}",
        AttributeKind.Floats => $"[{string.Join(", ", value.Floats)}]",
        AttributeKind.Text => value.Text,
        AttributeKind.Tensor => Text(value.Tensor),
        _ => value.Kind.ToString(),
    };

    private long Integer() => _integers[_random.Next(_integers.Length)];

    private float Real() => _floats[_random.Next(_floats.Length)];

    private AttributeValue Bend(AttributeValue value)
    {
        if (_random.Next(20) == 0)
        {
            return _random.Coin() ? AttributeValue.Of("text") : AttributeValue.Of(ReadOnlySpan<long>.Empty);
        }

        return value.Kind switch
        {
            AttributeKind.Int => AttributeValue.Of(Integer()),
            AttributeKind.Float => AttributeValue.Of(Real()),
            AttributeKind.Text => AttributeValue.Of(_texts[_random.Next(_texts.Length)]),
            AttributeKind.Ints => AttributeValue.Of(Bend(value.Ints.AsSpan().ToArray(), Integer).AsSpan()),
            AttributeKind.Floats => AttributeValue.Of(Bend(value.Floats.AsSpan().ToArray(), Real).AsSpan()),
            AttributeKind.Tensor => AttributeValue.Of(Bend(value.Tensor)),
            _ => value,
        };
    }

    private T[] Bend<T>(T[] values, Func<T> extreme)
    {
        switch (_random.Next(4))
        {
            case 0:
                return [.. values, extreme()];
            case 1 when values.Length > 0:
                return values[1..];
            default:
                T[] bent = [.. values];
                for (int i = 0; i < bent.Length; i++)
                {
                    if (_random.Next(bent.Length) == 0 || _random.Coin())
                    {
                        bent[i] = extreme();
                    }
                }

                return bent;
        }
    }

    private TensorValue Bend(TensorValue value)
    {
        switch (_random.Next(5))
        {
            // Other elements.
            case 0 or 1 when value.Length > 0 && value.Type is ElementType.Int64 or ElementType.Int32:
                return Elements(value);

            // Another type of the same shape.
            case 2:
                ElementType[] types = [.. Enum.GetValues<ElementType>().Where(ElementTypes.IsKnown)];
                return _random.Tensor(types[_random.Next(types.Length)], [.. value.Shape.Lengths]);

            default:
                List<long> lengths = [.. value.Shape.Lengths];
                switch (_random.Next(5))
                {
                    case 0:
                        lengths = [.. lengths, .. Enumerable.Repeat(1L, Math.Max(0, (_random.Coin() ? TensorShape.MaxRank : lengths.Count + 1) - lengths.Count))];
                        break;
                    case 1 when lengths.Count > 0:
                        lengths.RemoveAt(_random.Next(lengths.Count));
                        break;
                    case 2:
                        lengths = [];
                        break;
                    default:
                        for (int axis = 0; axis < lengths.Count; axis++)
                        {
                            lengths[axis] = _random.Coin() ? _lengths[_random.Next(_lengths.Length)] : lengths[axis];
                        }

                        break;
                }

                if (lengths.Aggregate((UInt128)1, (product, length) => product > 4096 ? product : product * (UInt128)length) > 4096 && !lengths.Contains(0) && lengths.Count > 0)
                {
                    lengths[_random.Next(lengths.Count)] = 0;
                }

                return TensorShape.TryCreate([.. lengths], out TensorShape shape) && shape.ElementCount <= 4096 ? _random.Tensor(value.Type, [.. lengths]) : value;
        }
    }

    private TensorValue Elements(TensorValue value)
    {
        if (value.Type == ElementType.Int64)
        {
            long[] elements = value.AsSpan<long>().ToArray();
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = _random.Coin() ? Integer() : elements[i];
            }

            return TensorValue.Create(elements, [.. value.Shape.Lengths]);
        }

        byte[] bytes = value.Bytes.ToArray();
        for (int i = 0; i < bytes.Length; i += 4)
        {
            if (_random.Coin())
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(i), unchecked((int)Integer()));
            }
        }

        return TensorValue.Take(value.Type, value.Shape, bytes);
    }
}
