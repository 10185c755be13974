using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>FusedConv of <c>com.microsoft</c>: Conv, then Add of a fourth input where it is there, then an activation.</summary>
internal static class FusedConvOperator
{
    private static readonly string[] _window = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];

    internal static CompositeDefinition Definition { get; } = new("FusedConv", 1, Expand, domain: "com.microsoft");

    private static void Expand(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(2, 4);
        string activation = binder.Text("activation", string.Empty);
        System.Collections.Immutable.ImmutableArray<float> parameters = binder.Floats("activation_params");
        float[] numbers = parameters.IsDefault ? [] : [.. parameters];
        List<(string, AttributeValue)> attributes = [];
        foreach (string name in _window)
        {
            binder.Ignore(name);
            if (binder.Node.Attributes.TryGetValue(name, out AttributeValue? value))
            {
                attributes.Add((name, value));
            }
        }

        string sum = expansion.Add("Conv", [expansion.Input(0), expansion.Input(1), expansion.Input(2)], [.. attributes]);
        if (binder.Node.HasInput(3))
        {
            sum = expansion.Add("Add", [sum, expansion.Input(3)]);
        }

        switch (activation)
        {
            case "":
                expansion.AddOutput(0, "Identity", [sum]);
                break;
            case "Relu" or "Tanh" or "Sigmoid":
                expansion.AddOutput(0, activation, [sum]);
                break;
            case "LeakyRelu" when numbers.Length <= 1:
                expansion.AddOutput(0, activation, [sum], [.. Named(["alpha"], numbers)]);
                break;
            case "HardSigmoid" when numbers.Length <= 2:
                expansion.AddOutput(0, activation, [sum], [.. Named(["alpha", "beta"], numbers)]);
                break;
            case "Clip" when numbers.Length == 2:
                expansion.AddOutput(0, activation, [sum, Scalar(expansion, numbers[0]), Scalar(expansion, numbers[1])]);
                break;
            default:
                binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected the activation Relu, Tanh, Sigmoid, LeakyRelu, HardSigmoid or Clip with its parameters, got '{activation}' with {numbers.Length}.");
                break;
        }
    }

    private static IEnumerable<(string, AttributeValue)> Named(string[] names, float[] values) => values.Select((value, i) => (names[i], AttributeValue.Of(value)));

    private static string Scalar(Expansion expansion, float value) => expansion.Constant(Tensors.TensorValue.Create([value]));
}
