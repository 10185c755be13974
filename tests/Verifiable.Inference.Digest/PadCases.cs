using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of padding.</summary>
internal static class PadCases
{
    internal static OperatorCase Pad(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 5);
        string mode = new[] { "constant", "reflect", "edge", "wrap" }[random.Next(opset >= 19 ? 4 : 3)];
        int[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => opset < 18 || random.Coin())];
        long[] pads = new long[2 * axes.Length];
        for (int i = 0; i < pads.Length; i++)
        {
            // Half of an axis may go at each end, and something is left.
            int half = (int)(shape[axes[i % axes.Length]] - 1) / 2;
            pads[i] = random.Between(-half, 6);
        }

        ElementType type = opset < 11 ? ElementType.Float32 : random.Type(CaseTypes.All);
        TensorValue input = random.Tensor(type, shape);
        (string, AttributeValue) chosen = ("mode", AttributeValue.Of(mode));
        if (opset < 11)
        {
            return OperatorCase.Of("Pad", opset, [input], [], chosen, ("pads", AttributeValue.Of(pads)), ("value", AttributeValue.Of(random.Coin() ? 0f : 1.5f)));
        }

        TensorValue?[] inputs = [input, TensorValue.Create(pads, pads.Length), random.Coin() ? null : random.Tensor(type)];
        if (axes.Length < shape.Length || (opset >= 18 && random.Coin()))
        {
            inputs = [.. inputs, TensorValue.Create(axes.Select(axis => (long)(random.Coin() ? axis : axis - shape.Length)).ToArray(), axes.Length)];
        }

        return OperatorCase.Of("Pad", opset, inputs[^1] is null ? inputs[..^1] : inputs, [], chosen);
    }
}
