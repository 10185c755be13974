using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Reproduce;

/// <summary>Inputs that are the same everywhere: they follow from the model's declared inputs alone.</summary>
internal static class FixedInputs
{
    // What a dimension without a fixed length gets: a batch of three, three tokens, three before them.
    private const long FreeLength = 3;

    public static NamedTensors Of(OnnxModel model) => new(model.Inputs.Select(input => KeyValuePair.Create(input.Name, Fill(input))));

    // "past + sequence" is as long as both together.
    private static long LengthOf(GraphDimension dimension) => dimension.IsFixed ? dimension.Length : FreeLength * dimension.Symbol.Split(" + ").Length;

    private static TensorValue Fill(GraphValue input)
    {
        TensorShape shape = new([.. input.Dimensions.Select(LengthOf)]);
        return input.Type switch
        {
            // 101 is prime, so that rows differ; division is correctly rounded by IEEE 754, so the same on every machine.
            ElementType.Float32 => TensorValue.Create<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => (i * 37 % 101 / 101f) - 0.25f)], shape),
            ElementType.Int64 => TensorValue.Create<long>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => (long)(i * 37 % 2))], shape),
            _ => throw new NotSupportedException($"Expected inputs of Float32 or Int64, got {input}."),
        };
    }
}
