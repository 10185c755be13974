using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of activations.</summary>
internal static class ActivationCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Celu", (random, opset) => Unary("", "Celu", random, opset, "alpha")),
        ("Elu", (random, opset) => Unary("", "Elu", random, opset, "alpha")),
        ("Gelu", (random, opset) => OperatorCase.Of("Gelu", opset, [Input(random)], [0], ("approximate", AttributeValue.Of(random.Coin() ? "none" : "tanh")))),
        ("HardSigmoid", (random, opset) => Unary("", "HardSigmoid", random, opset, "alpha", "beta")),
        ("HardSwish", (random, opset) => Unary("", "HardSwish", random, opset)),
        ("LeakyRelu", (random, opset) => Unary("", "LeakyRelu", random, opset, "alpha")),
        ("Mish", (random, opset) => Unary("", "Mish", random, opset)),
        ("Selu", (random, opset) => Unary("", "Selu", random, opset, "alpha", "gamma")),
        ("Shrink", Shrink),
        ("Softsign", (random, opset) => Unary("", "Softsign", random, opset)),
        ("Swish", (random, opset) => Unary("", "Swish", random, opset, "alpha")),
        ("ThresholdedRelu", (random, opset) => Unary("", "ThresholdedRelu", random, opset, "alpha")),
        ("com.microsoft:BiasGelu", (random, opset) => Biased("BiasGelu", random, opset, false)),
        ("com.microsoft:FastGelu", (random, opset) => Biased("FastGelu", random, opset, true)),
        ("com.microsoft:Gelu", (random, opset) => Unary("com.microsoft", "Gelu", random, opset)),
        ("com.microsoft:QuickGelu", (random, opset) => Unary("com.microsoft", "QuickGelu", random, opset, "alpha")),
    ];

    private static TensorValue Input(CaseRandom random) => random.Floats(random.Length(3, true), random.Length(600));

    private static OperatorCase Unary(string domain, string name, CaseRandom random, int opset, params string[] attributes)
    {
        (string, AttributeValue)[] chosen = [.. attributes.Where(_ => random.Coin()).Select(attribute => (attribute, AttributeValue.Of((float)random.Between(-8, 16) / 8f)))];
        return OperatorCase.Of(domain, name, opset, [Input(random)], 1, [0], chosen);
    }

    private static OperatorCase Biased(string name, CaseRandom random, int opset, bool isOptional)
    {
        TensorValue input = random.Floats(random.Length(3), random.Length(3, true), random.Length(70));
        return OperatorCase.Of("com.microsoft", name, opset, isOptional && random.Coin() ? [input] : [input, random.Floats(input.Shape[2])], 1, [0]);
    }

    private static OperatorCase Shrink(CaseRandom random, int opset)
    {
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        return OperatorCase.Of(
            "Shrink",
            opset,
            [random.Tensor(type, random.Length(3, true), random.Length(90))],
            [0],
            ("bias", AttributeValue.Of((float)random.Between(-8, 16) / 8f)),
            ("lambd", AttributeValue.Of((float)random.Between(-8, 16) / 8f)));
    }
}
