using System.Buffers.Binary;
using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Makes the models that a cheating provider would run in place of the one that was asked for, to test networks with: same inputs and outputs, another
/// identity. Stateless and thread-safe.</summary>
public static class ModelVariants
{
    private const int MinBits = 2;
    private const int MaxBits = 16;

    // Each keeps type and shape of its first input in every version of its operator set.
    private static readonly ImmutableHashSet<string> _shapePreserving =
    [
        "Abs", "BatchNormalization", "Ceil", "Celu", "Clip", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "GroupNormalization", "HardSigmoid", "HardSwish",
        "Hardmax", "Identity", "InstanceNormalization", "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization",
        "MeanVarianceNormalization", "Mish", "Neg", "RMSNormalization", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Softmax", "Softplus",
        "Softsign", "Sqrt", "Swish", "Tanh", "ThresholdedRelu",
    ];

    /// <summary>Rounds the weights to few bits and back to 32-bit floats: initialisers of two or more dimensions, one scale a tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bits">The number of bits a weight, sign included: 2 to 16.</param>
    /// <remarks>The scale is max |w| / (2^(bits−1) − 1), and a weight becomes the scale times the nearest integer, ties to even, computed in double. Elements that
    /// are not finite stay.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is not in range.</exception>
    public static OnnxModel WithQuantizedWeights(OnnxModel model, int bits)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, MinBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MaxBits);
        int levels = (1 << (bits - 1)) - 1;
        return WithInitializers(model, model.Initializers.Select(pair =>
            KeyValuePair.Create(pair.Key, pair.Value.Type == ElementType.Float32 && pair.Value.Shape.Rank >= 2 ? Quantize(pair.Value, levels) : pair.Value)));
    }

    /// <summary>Moves one 32-bit float of an initialiser by a number of neighbouring floats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The initialiser.</param>
    /// <param name="index">The element, in row-major order.</param>
    /// <param name="ulps">How many floats to move up, or down when negative; not 0.</param>
    /// <exception cref="ArgumentException">There is no such initialiser of 32-bit floats, or the move leads out of the finite floats.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element, or the move is 0.</exception>
    public static OnnxModel WithPerturbedWeight(OnnxModel model, string name, int index, int ulps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfZero(ulps);
        if (!model.Initializers.TryGetValue(name, out TensorValue? value) || value.Type != ElementType.Float32)
        {
            IEnumerable<string> names = model.Initializers.Where(pair => pair.Value.Type == ElementType.Float32).Select(pair => pair.Key);
            throw new ArgumentException($"Expected an initialiser of 32-bit floats, one of [{string.Join(", ", names)}], got '{name}'.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, value.Length);
        byte[] bytes = value.Bytes.ToArray();
        Span<byte> element = bytes.AsSpan(sizeof(float) * index, sizeof(float));
        float moved = Move(BinaryPrimitives.ReadSingleLittleEndian(element), ulps);
        if (!float.IsFinite(moved))
        {
            throw new ArgumentException($"Expected a move between finite floats, got {ulps} from element {index} of '{name}'.", nameof(ulps));
        }

        BinaryPrimitives.WriteSingleLittleEndian(element, moved);
        return WithInitializers(model, model.Initializers.SetItem(name, TensorValue.Take(value.Type, value.Shape, bytes)));
    }

    /// <summary>Gets the indexes of graph nodes that <see cref="WithSkippedNode"/> can leave out, in ascending order.</summary>
    public static ImmutableArray<int> SkippableNodes(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        HashSet<string> used = new(model.Nodes.SelectMany(node => node.Inputs).Concat(model.Outputs.Select(output => output.Name)), StringComparer.Ordinal);
        HashSet<string> produced = new(model.Nodes.SelectMany(node => node.Outputs), StringComparer.Ordinal);
        HashSet<string> outputs = new(model.Outputs.Select(output => output.Name), StringComparer.Ordinal);

        // What a body reads keeps its name.
        HashSet<string> captured = new(model.Nodes.SelectMany(node => node.Captures), StringComparer.Ordinal);
        return [.. model.Nodes.Where(node => CanSkip(node)).Select(node => node.Index)];

        // A graph output keeps its name, so what feeds a skipped one must be a graph node's output that can be renamed.
        bool CanSkip(GraphNode node) => node.Domain.Length == 0 && _shapePreserving.Contains(node.OperatorType) && node.HasInput(0) && node.HasOutput(0)
            && !captured.Contains(node.Outputs[0]) && !captured.Contains(node.Inputs[0])
            && !node.Outputs.Skip(1).Any(output => output.Length != 0 && used.Contains(output))
            && (!outputs.Contains(node.Outputs[0]) || (produced.Contains(node.Inputs[0]) && !outputs.Contains(node.Inputs[0])));
    }

    /// <summary>Leaves out a graph node that keeps type and shape of its first input, and hands that input on in place of its output.</summary>
    /// <param name="model">The model.</param>
    /// <param name="index">The position of the graph node in <see cref="OnnxModel.Nodes"/>.</param>
    /// <exception cref="ArgumentException">The graph node cannot be left out; the message lists those that can.</exception>
    public static OnnxModel WithSkippedNode(OnnxModel model, int index)
    {
        ImmutableArray<int> candidates = SkippableNodes(model);
        if (!candidates.Contains(index) || model.Nodes.Length == 1)
        {
            IEnumerable<string> names = model.Nodes.Length == 1 ? [] : candidates.Select(candidate => $"{candidate} '{model.Nodes[candidate].Name}' ({model.Nodes[candidate].OperatorType})");
            throw new ArgumentException($"Expected a graph node that can be left out, one of [{string.Join(", ", names)}], got {index}.", nameof(index));
        }

        GraphNode skipped = model.Nodes[index];
        bool isOutput = model.Outputs.Any(output => output.Name == skipped.Outputs[0]);
        (string from, string to) = isOutput ? (skipped.Inputs[0], skipped.Outputs[0]) : (skipped.Outputs[0], skipped.Inputs[0]);
        ImmutableArray<string> Rename(ImmutableArray<string> names) => [.. names.Select(name => name == from ? to : name)];
        return Assemble(model, model.Initializers, [.. model.Nodes.Where(node => node != skipped).Select(node =>
            new DraftNode(node.Name, node.Domain, node.OperatorType, Rename(node.Inputs), Rename(node.Outputs), node.Attributes))]);
    }

    private static TensorValue Quantize(TensorValue value, int levels)
    {
        ReadOnlySpan<float> weights = value.AsSpan<float>();
        double largest = 0;
        foreach (float weight in weights)
        {
            largest = float.IsFinite(weight) ? Math.Max(largest, Math.Abs((double)weight)) : largest;
        }

        double scale = largest / levels;
        float[] rounded = weights.ToArray();
        for (int i = 0; i < rounded.Length; i++)
        {
            if (float.IsFinite(rounded[i]) && scale > 0)
            {
                rounded[i] = (float)(Math.Round(rounded[i] / scale, MidpointRounding.ToEven) * scale);
            }
        }

        return TensorValue.Create<float>(rounded, value.Shape);
    }

    // Floats in ascending order are integers in ascending order, once negative ones are mirrored; −0 and +0 are one place.
    private static float Move(float value, int ulps)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        long place = (bits < 0 ? (long)int.MinValue - bits : bits) + ulps;
        return place is < -int.MaxValue or > int.MaxValue ? float.NaN : BitConverter.Int32BitsToSingle((int)(place < 0 ? int.MinValue - place : place));
    }

    private static OnnxModel WithInitializers(OnnxModel model, IEnumerable<KeyValuePair<string, TensorValue>> initializers) =>
        Assemble(model, initializers, [.. model.Nodes.Select(node =>
            new DraftNode(node.Name, node.Domain, node.OperatorType, node.Inputs, node.Outputs, node.Attributes))]);

    private static OnnxModel Assemble(OnnxModel model, IEnumerable<KeyValuePair<string, TensorValue>> initializers, List<DraftNode> nodes) =>
        GraphAssembler.Assemble(new DraftGraph(model.IrVersion, model.OpsetImports, model.Inputs, model.Outputs, nodes, [.. initializers]));
}
