using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Flatten: the axes before the given one become rows, the others columns.</summary>
internal sealed class FlattenOperator : ViewOperator
{
    private readonly long _axis;

    internal FlattenOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _axis = binder.Int("axis", 1);
    }

    private protected override string? Reshape(OperatorInputs inputs, out TensorShape shape)
    {
        TensorShape input = inputs.ShapeOf(0);
        shape = default;
        if (Faults.ResolveAxis(_axis, input.Rank, true, out int axis) is string fault)
        {
            return fault;
        }

        long rows = 1;
        long columns = 1;
        for (int i = 0; i < input.Rank; i++)
        {
            (i < axis ? ref rows : ref columns) *= input[i];
        }

        return Faults.Shape([rows, columns], out shape);
    }
}
