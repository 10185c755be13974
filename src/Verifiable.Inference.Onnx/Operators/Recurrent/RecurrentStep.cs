using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// The canonical expansion of one step of LSTM, GRU or RNN: a graph of primitive operators that gives the states after the step from the step's input and the states before it.
/// Traces commit to it step by step, so that what one number depends on is one step and not the whole sequence. Used by one thread.
/// </summary>
internal sealed class RecurrentStep
{
    /// <summary>The inputs of a step: its input, both states, which sequences are not over, and the direction's weights, biases and peepholes.</summary>
    internal static readonly ImmutableArray<string> InputNames = ["x", "h", "c", "active", "w", "r", "b", "p"];

    private readonly GraphNode _node;
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, TensorValue> _constants = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private readonly float? _clip;
    private readonly ImmutableArray<RecurrentActivation> _activations;
    private readonly bool _hasBias;
    private readonly bool _hasPeepholes;

    private RecurrentStep(GraphNode node, int direction, float? clip, ImmutableArray<RecurrentActivation> activations)
    {
        _node = node;
        _clip = clip;
        _activations = activations;
        _hasBias = node.HasInput(3);
        _hasPeepholes = node.OperatorType == "LSTM" && node.HasInput(7);
        _prefix = $"{node.Outputs.FirstOrDefault(output => output.Length != 0)}\0{node.OperatorType}.{direction}.";
    }

    /// <summary>Tells whether a graph node is a recurrent cell.</summary>
    internal static bool Is(GraphNode node) => node.Domain.Length == 0 && node.OperatorType is ("LSTM" or "GRU" or "RNN");

    /// <summary>Makes the steps of a graph node, one graph for each direction; none where its attributes are wrong, which refuses the graph node elsewhere.</summary>
    internal static ImmutableArray<(ImmutableArray<GraphValue> Inputs, ImmutableArray<GraphValue> Outputs, ImmutableArray<GraphNode> Nodes, IReadOnlyDictionary<string, TensorValue> Constants)> Of(GraphNode node)
    {
        var binder = new NodeBinder(node, null, new PackedMatrices(0), default, new TensorValue?[node.Inputs.Length]);
        int directions = binder.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        string[] names = node.OperatorType switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Tanh"] };
        ImmutableArray<RecurrentActivation> activations = RecurrentActivation.Read(binder, directions, names);
        float clip = binder.Float("clip", 0f);
        if (binder.Refusal is not null)
        {
            return [];
        }

        return
        [
            .. Enumerable.Range(0, directions).Select(direction =>
            {
                var step = new RecurrentStep(
                    node, direction, node.KindOf("clip") == AttributeKind.None ? null : clip, [.. activations.Skip(direction * names.Length).Take(names.Length)]);
                ImmutableArray<GraphValue> outputs = [.. step.Write().Select(Value)];
                ImmutableArray<GraphValue> inputs = [.. InputNames.Select(name => Value(step._prefix + name))];
                return (inputs, outputs, step._nodes.Select((inner, i) => inner.At(i)).ToImmutableArray(), (IReadOnlyDictionary<string, TensorValue>)step._constants);
            }),
        ];
    }

    private static GraphValue Value(string name) => new(name, ElementType.None, [], IsRankKnown: false);

    private string Input(string name) => _prefix + name;

    // The names of both states after the step.
    private string[] Write()
    {
        string[] states = _node.OperatorType switch { "LSTM" => Lstm(), "GRU" => Gru(), _ => Rnn() };
        if (!_node.HasInput(4))
        {
            return states;
        }

        // A sequence that is over keeps its states.
        return [Add("Where", [Input("active"), states[0], Input("h")]), states[1] == Input("c") ? states[1] : Add("Where", [Input("active"), states[1], Input("c")])];
    }

    private string[] Rnn()
    {
        string sum = Add("Add", [Product(Input("x"), Input("w")), Product(Input("h"), Input("r"))]);
        return [Activate(0, AddBiases(sum, Biases(1), 0, 1)), Input("c")];
    }

    private string[] Gru()
    {
        string[] inputs = Split(Product(Input("x"), Input("w")), 1, 3);
        string[] weights = Split(Input("r"), 0, 3);
        string[] biases = Biases(3);
        string[] gates = [.. Enumerable.Range(0, 2).Select(gate =>
            Activate(0, AddBiases(Add("Add", [inputs[gate], Product(Input("h"), weights[gate])]), biases, gate, 3)))];
        string candidate;
        if (_node.GetInt("linear_before_reset", 0) != 0)
        {
            string hidden = Product(Input("h"), weights[2]);
            hidden = _hasBias ? Add("Add", [hidden, biases[5]]) : hidden;
            candidate = Add("Add", [inputs[2], Add("Mul", [gates[1], hidden])]);
        }
        else
        {
            candidate = Add("Add", [inputs[2], Product(Add("Mul", [gates[1], Input("h")]), weights[2])]);
            candidate = _hasBias ? Add("Add", [candidate, biases[5]]) : candidate;
        }

        candidate = Activate(1, _hasBias ? Add("Add", [candidate, biases[2]]) : candidate);
        string share = Add("Mul", [Add("Sub", [Number(1f), gates[0]]), candidate]);
        return [Add("Add", [share, Add("Mul", [gates[0], Input("h")])]), Input("c")];
    }

    private string[] Lstm()
    {
        string[] sums = Split(Add("Add", [Product(Input("x"), Input("w")), Product(Input("h"), Input("r"))]), 1, 4);
        string[] biases = Biases(4);
        string[] peepholes = _hasPeepholes ? Split(Input("p"), 0, 3) : [];
        string Gate(int gate, string cell)
        {
            string sum = _hasPeepholes && gate < 3 ? Add("Add", [sums[gate], Add("Mul", [peepholes[gate], cell])]) : sums[gate];
            return Activate(gate == 3 ? 1 : 0, AddBiases(sum, biases, gate, 4));
        }

        string input = Gate(0, Input("c"));
        string forget = _node.GetInt("input_forget", 0) != 0 ? Add("Sub", [Number(1f), input]) : Gate(2, Input("c"));
        string candidate = Gate(3, Input("c"));
        string cell = Add("Add", [Add("Mul", [forget, Input("c")]), Add("Mul", [input, candidate])]);
        return [Add("Mul", [Gate(1, cell), Activate(2, cell)]), cell];
    }

    private string AddBiases(string sum, string[] biases, int gate, int gates) =>
        _hasBias ? Add("Add", [Add("Add", [sum, biases[gate]]), biases[gates + gate]]) : sum;

    private string[] Biases(int gates) => _hasBias ? Split(Input("b"), 0, 2 * gates) : [];

    private string Product(string left, string right) => Add("Gemm", [left, right], ("transB", AttributeValue.Of(1)));

    private string[] Split(string value, int axis, int parts) => parts == 1 ? [value] : AddMany("Split", [value], parts, ("axis", AttributeValue.Of(axis)), ("num_outputs", AttributeValue.Of(parts)));

    private string Activate(int activation, string value)
    {
        RecurrentActivation function = _activations[activation];
        if (_clip is { } clip)
        {
            value = Add("Clip", [value, Number(-clip), Number(clip)]);
        }

        return function.Name switch
        {
            "Affine" => Add("Add", [Add("Mul", [Number(function.Alpha), value]), Number(function.Beta)]),
            "Elu" => Below(value, Add("Mul", [Number(function.Alpha), Add("Sub", [Add("Exp", [value]), Number(1f)])])),
            "HardSigmoid" => Unit(Add("Add", [Add("Mul", [Number(function.Alpha), value]), Number(function.Beta)])),
            "LeakyRelu" => Below(value, Add("Mul", [Number(function.Alpha), value])),
            "Softsign" => Add("Div", [value, Add("Add", [Number(1f), Add("Abs", [value])])]),
            "ScaledTanh" => Add("Mul", [Number(function.Alpha), Add("Tanh", [Add("Mul", [Number(function.Beta), value])])]),
            "ThresholdedRelu" => Add("Where", [Add("GreaterOrEqual", [value, Number(function.Alpha)]), value, Number(0f)]),
            _ => Add(function.Name, [value]),
        };
    }

    private string Below(string value, string below) => Add("Where", [Add("Less", [value, Number(0f)]), below, value]);

    private string Unit(string value) => Add(
        "Where",
        [Add("LessOrEqual", [value, Number(0f)]), Number(0f), Add("Where", [Add("GreaterOrEqual", [value, Number(1f)]), Number(1f), value])]);

    // A constant in the type of the cell.
    private string Number(float value)
    {
        string name = $"{_prefix}k{_constants.Count}";
        _constants.Add(name, TensorValue.Create([value], []));
        return Add("CastLike", [name, Input("w")]);
    }

    private string Add(string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) => AddMany(operatorType, inputs, 1, attributes)[0];

    private string[] AddMany(string operatorType, string[] inputs, int outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        ImmutableSortedDictionary<string, AttributeValue>.Builder byName = ImmutableSortedDictionary.CreateBuilder<string, AttributeValue>(StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in attributes)
        {
            byName.Add(name, value);
        }

        ImmutableArray<string> names = [.. Enumerable.Range(0, outputs).Select(i => $"{_prefix}{_nodes.Count}.{i}")];
        _nodes.Add(new GraphNode(_nodes.Count, _node.FileIndex, _node.Name, string.Empty, operatorType, Expansion.OpsetVersion, [.. inputs], names, byName.ToImmutable()));
        return [.. names];
    }
}
