using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads models: scan, parse, convert, check. Used by one thread for one model.</summary>
internal sealed class OnnxReader
{
    private const int MaxIrVersion = 13;
    private const int FirstIrVersionWithOpsets = 3;

    private readonly TensorReader _tensors;
    private ImmutableSortedDictionary<string, int> _opsets = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    private OnnxReader(TensorReader tensors)
    {
        _tensors = tensors;
    }

    /// <summary>Reads a model.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="mayKeep">Whether the model's tensors may lie in the file's memory, which nobody writes to then.</param>
    /// <param name="options">The limits.</param>
    /// <param name="external">Reads other files; <see langword="null"/> where there is no folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="refusal">Why there is none.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> file,
        bool mayKeep,
        OnnxReadOptions options,
        ExternalTensors? external,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        model = null;
        ReadOnlySpan<byte> bytes = file.Span;
        refusal = bytes.Length > options.MaxFileBytes
            ? new(ModelRefusalReason.TooLarge, $"Expected a model of at most {options.MaxFileBytes} bytes ({nameof(OnnxReadOptions.MaxFileBytes)}), got {bytes.Length}.")
            : WireScan.Check(bytes, options);
        if (refusal is not null)
        {
            return false;
        }

        ModelRecord proto = ModelRecord.Read(bytes);
        OnnxReader reader = new(new TensorReader(file, mayKeep, options, options.AllowExternalData ? external : null));
        return reader.TryConvert(proto, out DraftGraph? draft, out refusal) && GraphAssembler.TryAssemble(draft, out model, out refusal);
    }

    private bool TryConvert(ModelRecord proto, [NotNullWhen(true)] out DraftGraph? draft, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        draft = null;
        refusal = CheckModel(proto) ?? ReadOpsets(proto);
        if (refusal is not null)
        {
            return false;
        }

        List<GraphValue> inputs = [];
        List<GraphValue> outputs = [];
        List<KeyValuePair<string, TensorValue>> initializers = [];
        List<DraftNode> nodes = new(proto.Graph!.Node.Count);
        refusal = ReadValues(proto.Graph.Input, "input", inputs) ?? ReadValues(proto.Graph.Output, "output", outputs)
            ?? ReadInitializers(proto.Graph, initializers) ?? ReadNodes(proto.Graph, nodes);
        draft = refusal is null ? new DraftGraph((int)proto.IrVersion, _opsets, inputs, outputs, nodes, initializers) : null;
        return draft is not null;
    }

    private static ModelRefusal? CheckModel(ModelRecord proto)
    {
        if (proto.Graph is null)
        {
            return new(ModelRefusalReason.Malformed, "Expected a model with a graph, got none.");
        }

        if (proto.IrVersion is < 1 or > MaxIrVersion)
        {
            return new(ModelRefusalReason.UnsupportedIrVersion, $"Expected an IR version in [1, {MaxIrVersion}], got {proto.IrVersion}.");
        }

        if (proto.Functions != 0)
        {
            return new(ModelRefusalReason.FunctionUnsupported, $"Expected a model without functions of its own, got {proto.Functions}.");
        }

        return proto.Graph.SparseInitializers == 0
            ? null
            : new(ModelRefusalReason.SparseUnsupported, $"Expected dense initialisers, got {proto.Graph.SparseInitializers} sparse ones.");
    }

    private ModelRefusal? ReadOpsets(ModelRecord proto)
    {
        if (proto.IrVersion < FirstIrVersionWithOpsets && proto.OpsetImport.Count == 0)
        {
            // Operator sets came with IR version 3; files before it mean the first one.
            _opsets = _opsets.Add(string.Empty, 1);
        }

        foreach (OpsetRecord opset in proto.OpsetImport)
        {
            string domain = OnnxDomains.Normalize(opset.Domain);
            if (opset.Version is < 1 or > int.MaxValue)
            {
                return new(ModelRefusalReason.MissingOpset, $"Expected a version of 1 or more for the operator set of domain '{domain}', got {opset.Version}.");
            }

            if (_opsets.TryGetValue(domain, out int version) && version != opset.Version)
            {
                return new(ModelRefusalReason.MissingOpset, $"Expected one operator set version for domain '{domain}', got {version} and {opset.Version}.");
            }

            _opsets = _opsets.SetItem(domain, (int)opset.Version);
        }

        return null;
    }

    private static ModelRefusal? ReadValues(List<ValueRecord> protos, string what, List<GraphValue> values, bool isBody = false)
    {
        foreach (ValueRecord proto in protos)
        {
            // A body may leave it to the graph node what type a value has.
            if (isBody && proto.Name.Length > 0 && (proto.TypeField == 0 || (proto.IsTensor && proto.ElementType == 0)))
            {
                values.Add(new GraphValue(proto.Name, ElementType.None, [], IsRankKnown: false));
                continue;
            }

            if (!ValueReader.TryRead(proto, what, out GraphValue? value, out ModelRefusal? refusal))
            {
                return refusal;
            }

            values.Add(value);
        }

        return null;
    }

    private ModelRefusal? ReadInitializers(GraphRecord graph, List<KeyValuePair<string, TensorValue>> initializers)
    {
        foreach (TensorRecord proto in graph.Initializer)
        {
            if (!_tensors.TryRead(proto, $"initialiser '{proto.Name}'", out TensorValue? value, out ModelRefusal? refusal))
            {
                return refusal;
            }

            initializers.Add(KeyValuePair.Create(proto.Name, value));
        }

        return null;
    }

    private ModelRefusal? ReadNodes(GraphRecord graph, List<DraftNode> nodes)
    {
        foreach (NodeRecord proto in graph.Node)
        {
            string domain = OnnxDomains.Normalize(proto.Domain);
            ImmutableSortedDictionary<string, AttributeValue>.Builder attributes = ImmutableSortedDictionary.CreateBuilder<string, AttributeValue>(StringComparer.Ordinal);
            ModelRefusal? refusal = proto.Overload.Length == 0
                ? ReadAttributes(proto, attributes)
                : new(ModelRefusalReason.FunctionUnsupported, $"Expected an operator, got overload '{proto.Overload}' of a function.");
            if (refusal is not null)
            {
                return refusal with { Node = new GraphNodeLabel(nodes.Count, proto.Name, domain, proto.OpType, _opsets.GetValueOrDefault(domain)) };
            }

            nodes.Add(new DraftNode(proto.Name, domain, proto.OpType, [.. proto.Input], [.. proto.Output], attributes.ToImmutable()));
        }

        return null;
    }

    // As deep as the scan allowed.
    private bool TryConvertBody(GraphRecord proto, [NotNullWhen(true)] out GraphBody? body, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        body = null;
        List<GraphValue> inputs = [];
        List<GraphValue> outputs = [];
        List<KeyValuePair<string, TensorValue>> initializers = [];
        List<DraftNode> nodes = new(proto.Node.Count);
        refusal = proto.SparseInitializers == 0 ? null : new(ModelRefusalReason.SparseUnsupported, $"Expected dense initialisers in a body, got {proto.SparseInitializers} sparse ones.");
        refusal ??= ReadValues(proto.Input, "input of a body", inputs, isBody: true) ?? ReadValues(proto.Output, "output of a body", outputs, isBody: true)
            ?? ReadInitializers(proto, initializers) ?? ReadNodes(proto, nodes);
        return refusal is null && GraphAssembler.TryAssembleBody(new DraftGraph(0, _opsets, inputs, outputs, nodes, initializers), out body, out refusal);
    }

    private ModelRefusal? ReadAttributes(NodeRecord node, ImmutableSortedDictionary<string, AttributeValue>.Builder attributes)
    {
        foreach (AttributeRecord proto in node.Attribute)
        {
            if (proto.Name.Length == 0)
            {
                return new(ModelRefusalReason.BadAttribute, "Expected every attribute to have a name, got one without.");
            }

            if (attributes.ContainsKey(proto.Name))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected every attribute once, got '{proto.Name}' twice.");
            }

            if (!AttributeReader.TryRead(proto, _tensors, TryConvertBody, out AttributeValue? value, out ModelRefusal? refusal))
            {
                return refusal;
            }

            attributes.Add(proto.Name, value);
        }

        return null;
    }
}
