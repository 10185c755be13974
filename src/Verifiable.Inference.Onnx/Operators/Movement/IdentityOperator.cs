using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Identity.</summary>
internal sealed class IdentityOperator : ViewOperator
{
    internal IdentityOperator(NodeBinder binder) => binder.Arity(1, 1);

    private protected override string? Reshape(OperatorInputs inputs, out TensorShape shape)
    {
        shape = inputs.ShapeOf(0);
        return null;
    }
}
