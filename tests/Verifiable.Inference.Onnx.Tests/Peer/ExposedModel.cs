using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A model whose outputs are all values that its graph nodes make, and what the canonical engine makes of them.</summary>
internal sealed class ExposedModel : INodeObserver
{
    private readonly Dictionary<string, TensorValue> _values = new(StringComparer.Ordinal);

    private ExposedModel()
    {
    }

    internal required OnnxModel Model { get; init; }

    /// <summary>Gets the values in the order of their making.</summary>
    internal required IReadOnlyList<KeyValuePair<string, TensorValue>> Values { get; init; }

    /// <summary>Runs a model and exposes every value.</summary>
    internal static async Task<ExposedModel> OfAsync(OnnxModel model, NamedTensors inputs)
    {
        var observer = new ExposedModel { Model = model, Values = [] };
        await new CanonicalEngine(model).RunTracedAsync(inputs, new GenerationOptions(0), observer);
        List<KeyValuePair<string, TensorValue>> values = [];
        var builder = new OnnxModelBuilder(model.OpsetImports[string.Empty]);
        foreach ((string domain, int version) in model.OpsetImports)
        {
            builder.Opset(domain, version);
        }

        foreach (GraphValue input in model.Inputs)
        {
            builder.Input(input.Name, input.Type, [.. input.Dimensions]);
        }

        foreach ((string name, TensorValue value) in model.Initializers)
        {
            builder.Initializer(name, value);
        }

        foreach (GraphNode node in model.Nodes)
        {
            builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
            foreach (string name in node.Outputs.Where(name => name.Length > 0))
            {
                TensorValue value = observer._values[name];
                builder.Output(name, value.Type, [.. value.Shape.Lengths.ToArray().Select(GraphDimension.Of)]);
                values.Add(KeyValuePair.Create(name, value));
            }
        }

        return new ExposedModel { Model = builder.Build(), Values = values };
    }

    public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is TensorValue value)
            {
                // The run uses the memory again.
                _values[node.Outputs[i]] = TensorValue.Take(value.Type, value.Shape, value.Bytes.ToArray());
            }
        }
    }
}
