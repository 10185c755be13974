using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A graph input or output: name, element type and dimensions. Immutable; equal by content.</summary>
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

    /// <summary>Tells whether two values have the same name, type and dimensions.</summary>
    public bool Equals(GraphValue? other) => other is not null && Name == other.Name && Type == other.Type && IsRankKnown == other.IsRankKnown
        && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, IsRankKnown, Dimensions.Length);

    /// <summary>Writes name, type and dimensions, as <c>x: Float32[N, 1, 8, 8]</c>.</summary>
    public override string ToString() => $"{Name}: {Type}{(IsRankKnown ? $"[{string.Join(", ", Dimensions)}]" : "[...]")}";
}
