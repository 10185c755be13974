using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reads the attributes of one graph node for an operator, keeps the first fault, and refuses attributes that nobody asked for.</summary>
internal sealed class NodeBinder
{
    private readonly IReadOnlyDictionary<string, TensorValue>? _constants;
    private readonly PackedMatrices _packs;
    private readonly FloatInputs _floats;
    private readonly TensorValue?[] _widened;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Creates a binder.</summary>
    /// <param name="node">The graph node.</param>
    /// <param name="constants">Values that never change, by name.</param>
    /// <param name="packs">The packed matrices of the model.</param>
    /// <param name="floats">Which inputs are of the operator's float type, and widened where they have 16 bits.</param>
    /// <param name="widened">Constant inputs of 16-bit floats as the operator will see them; <see langword="null"/> for the others.</param>
    internal NodeBinder(GraphNode node, IReadOnlyDictionary<string, TensorValue>? constants, PackedMatrices packs, FloatInputs floats, TensorValue?[] widened)
    {
        Node = node;
        _constants = constants;
        _packs = packs;
        _floats = floats;
        _widened = widened;
    }

    internal GraphNode Node { get; }

    internal int Opset => Node.OpsetVersion;

    internal ModelRefusal? Refusal { get; private set; }

    /// <summary>Packs an input that is a constant matrix of binary32; <see langword="null"/> where it is none, or not worth or beyond the memory.</summary>
    internal PackedMatrix? Pack(int input, bool transposed) => Constant(input) is TensorValue value ? _packs.Get(Node.Inputs[input], value, transposed) : null;

    /// <summary>Gets the place for the packed weights of a convolution, an input that is a constant; <see langword="null"/> where there is no memory for them.</summary>
    internal ConvWeightsCell? Convolution(int input, TensorShape weights, int groups) => _packs.Convolution(Node.Inputs[input], weights, groups);

    /// <summary>Makes a place for tables of the latest shapes.</summary>
    internal TableCell<T> Tables<T>()
        where T : class => new(_packs.Tables);

    /// <summary>Takes memory for what an operator prepares from constants; <see langword="false"/> where the model has used up what there is.</summary>
    internal bool TryReserve(Int128 bytes) => _packs.TryReserve(bytes);

    /// <summary>Gets an input that never changes, as the operator will see it, or <see langword="null"/> where it is absent, computed, or widened in each run.</summary>
    internal TensorValue? Constant(int input)
    {
        TensorValue? value = Node.HasInput(input) ? _widened[input] ?? _constants?.GetValueOrDefault(Node.Inputs[input]) : null;
        return value is not null && _floats.Contains(input) && StorageOperator.IsStorage(value.Type) ? null : value;
    }

    /// <summary>Requires numbers of inputs and outputs; the first ones of each must be there.</summary>
    internal void Arity(int leastInputs, int mostInputs, int mostOutputs = 1)
    {
        bool complete = true;
        for (int input = 0; input < leastInputs; input++)
        {
            complete &= Node.HasInput(input);
        }

        if (!complete || Node.Inputs.Length > mostInputs)
        {
            Refuse(ModelRefusalReason.Malformed, $"Expected {leastInputs} to {mostInputs} inputs, got {Node.Inputs.Length}{(complete ? "" : ", a required one of them absent")}.");
        }

        for (int output = mostOutputs; output < Node.Outputs.Length; output++)
        {
            if (Node.HasOutput(output))
            {
                Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected at most {mostOutputs} outputs, got output {output} '{Node.Outputs[output]}'.");
            }
        }

        if (Node.Outputs.Length == 0)
        {
            Refuse(ModelRefusalReason.Malformed, "Expected an output, got none.");
        }
    }

    internal long Int(string name, long defaultValue) => Has(name, AttributeKind.Int) ? Node.GetInt(name, defaultValue) : defaultValue;

    internal long RequiredInt(string name)
    {
        if (Node.KindOf(name) == AttributeKind.None)
        {
            Refuse(ModelRefusalReason.BadAttribute, $"Expected the attribute '{name}', got none.");
        }

        return Int(name, 0);
    }

    /// <summary>Reads a Boolean flag, 0 or 1.</summary>
    internal bool Flag(string name, bool defaultValue = false)
    {
        long value = Int(name, defaultValue ? 1 : 0);
        if (value is not (0 or 1))
        {
            Refuse(ModelRefusalReason.BadAttribute, $"Expected 0 or 1 for '{name}', got {value}.");
        }

        return value != 0;
    }

    internal float Float(string name, float defaultValue) => Has(name, AttributeKind.Float) ? Node.GetFloat(name, defaultValue) : defaultValue;

    internal string Text(string name, string defaultValue) => Has(name, AttributeKind.Text) ? Node.GetText(name, defaultValue) : defaultValue;

    /// <summary>Reads a list of integers; the <c>default</c> array when it is absent.</summary>
    internal ImmutableArray<long> Ints(string name) => Has(name, AttributeKind.Ints) ? Node.GetInts(name) : default;

    /// <summary>Reads a list of floats; the <c>default</c> array when it is absent.</summary>
    internal ImmutableArray<float> Floats(string name) => Has(name, AttributeKind.Floats) ? Node.GetFloats(name) : default;

    /// <summary>Reads a list of texts; the <c>default</c> array when it is absent.</summary>
    internal ImmutableArray<string> Texts(string name) => Has(name, AttributeKind.Texts) ? Node.Attributes[name].Texts : default;

    /// <summary>Reads a tensor; <see langword="null"/> when it is absent.</summary>
    internal TensorValue? Tensor(string name) => Has(name, AttributeKind.Tensor) ? Node.GetTensor(name) : null;

    /// <summary>Requires a body, which <see cref="GraphNode.Bodies"/> holds.</summary>
    internal void RequireBody(string name)
    {
        if (!Has(name, AttributeKind.Graph))
        {
            Refuse(ModelRefusalReason.BadAttribute, $"Expected a body in the attribute '{name}', got none.");
        }
    }

    /// <summary>Accepts an attribute that has no influence on the result.</summary>
    internal void Ignore(string name) => _read.Add(name);

    internal void Refuse(ModelRefusalReason reason, string message) => Refusal ??= Node.Refuse(reason, message);

    /// <summary>Refuses attributes that the operator did not read.</summary>
    internal void Finish()
    {
        foreach ((string name, _) in Node.Attributes)
        {
            if (!_read.Contains(name))
            {
                Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected only attributes [{string.Join(", ", _read.Order(StringComparer.Ordinal))}], got '{name}'.");
            }
        }
    }

    private bool Has(string name, AttributeKind kind)
    {
        _read.Add(name);
        AttributeKind actual = Node.KindOf(name);
        if (actual != AttributeKind.None && actual != kind)
        {
            Refuse(ModelRefusalReason.BadAttribute, $"Expected '{name}' to be of kind {kind}, got {actual}.");
        }

        return actual == kind;
    }
}
