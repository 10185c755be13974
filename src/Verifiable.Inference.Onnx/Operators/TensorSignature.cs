using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The element type and the shape of a tensor, without its elements. <c>default</c> has no element type and is never valid.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The axis lengths.</param>
public readonly record struct TensorSignature(ElementType Type, TensorShape Shape)
{
    /// <inheritdoc/>
    public bool Equals(TensorSignature other) => Type == other.Type && Shape == other.Shape;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Shape);

    /// <summary>Writes type and shape.</summary>
    public override string ToString() => $"{Type}{Shape}";
}
