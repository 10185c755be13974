using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A graph input or output: name, element type and dimensions. Immutable; compare dimensions by element, a record's equality compares the arrays.</summary>
/// <param name="Name">The name of the value, not empty.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Dimensions">The dimensions, outermost first; empty for a scalar and when <paramref name="IsRankKnown"/> is <see langword="false"/>.</param>
/// <param name="IsRankKnown">Whether the model says how many dimensions there are.</param>
public sealed record GraphValue(string Name, ElementType Type, ImmutableArray<GraphDimension> Dimensions, bool IsRankKnown = true)
{
    /// <summary>Tells whether a tensor of this type and shape fits what is declared, dimension names not considered.</summary>
    public bool Admits(ElementType type, TensorShape shape)
    {
        bool fits = type == Type && (!IsRankKnown || shape.Rank == Dimensions.Length);
        for (int axis = 0; fits && IsRankKnown && axis < Dimensions.Length; axis++)
        {
            fits = !Dimensions[axis].IsFixed || Dimensions[axis].Length == shape[axis];
        }

        return fits;
    }

    /// <summary>Writes name, type and dimensions, as <c>x: Float32[N, 1, 8, 8]</c>.</summary>
    public override string ToString() => $"{Name}: {Type}{(IsRankKnown ? $"[{string.Join(", ", Dimensions)}]" : "[...]")}";
}
