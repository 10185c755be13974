using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reshape: 0 copies the input's length (unless <c>allowzero</c>), one −1 takes what is left.</summary>
internal sealed class ReshapeOperator : ViewOperator
{
    private readonly bool _allowsZero;

    internal ReshapeOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _allowsZero = binder.Opset >= 14 && binder.Flag("allowzero");
    }

    private protected override string? Reshape(OperatorInputs inputs, out TensorShape shape)
    {
        shape = default;
        TensorShape input = inputs.ShapeOf(0);
        if ((Faults.RequireType(inputs, 1, ElementType.Int64) ?? Faults.RequireRank(inputs, 1, 1)) is string fault)
        {
            return fault;
        }

        string asked = $"input {input}, asked for {inputs.ShapeOf(1).ElementCount} axes";
        if (inputs.ShapeOf(1).ElementCount > TensorShape.MaxRank)
        {
            return $"Expected at most {TensorShape.MaxRank} axes, got {asked}.";
        }

        long[] lengths = inputs.ReadIntegers(1);
        asked = $"{input} to [{string.Join(", ", lengths)}]";
        int open = -1;
        Int128 product = 1;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] == 0 && !_allowsZero)
            {
                if (axis >= input.Rank)
                {
                    return $"Expected an axis {axis} to copy the length of, got {asked}.";
                }

                lengths[axis] = input[axis];
            }

            if (lengths[axis] < -1 || (lengths[axis] == -1 && open >= 0))
            {
                return $"Expected lengths of 0 or more and at most one −1, got {asked}.";
            }

            open = lengths[axis] == -1 ? axis : open;
            product = lengths[axis] == -1 ? product : Saturate(product * lengths[axis]);
        }

        if (open >= 0)
        {
            if (product == 0 || input.ElementCount % product != 0)
            {
                return $"Expected lengths that divide the number of elements, got {asked}.";
            }

            lengths[open] = (long)(input.ElementCount / product);
            product *= lengths[open];
        }

        return product == input.ElementCount ? Faults.Shape(lengths, out shape) : $"Expected as many elements, got {asked}.";
    }

    // Lengths come from outside: a product beyond any tensor stays there instead of overflowing.
    private static Int128 Saturate(Int128 product) => Int128.Min(product, (Int128)1 << 63);
}
