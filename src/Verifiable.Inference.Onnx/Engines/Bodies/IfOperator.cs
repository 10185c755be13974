using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>If: runs one of two bodies, and gives its outputs.</summary>
internal sealed class IfOperator : BodyOperator
{
    // In the order of the attributes' names.
    private const int Else = 0;
    private const int Then = 1;

    private readonly int _outputs;

    internal IfOperator(NodeBinder binder)
    {
        binder.Arity(1, 1, int.MaxValue);
        _outputs = binder.Node.Outputs.Length;
        foreach (Graph.GraphBody branch in binder.Node.Bodies)
        {
            if (branch.Inputs.Length != 0 || branch.Outputs.Length != binder.Node.Bodies[0].Outputs.Length || branch.Outputs.Length < _outputs)
            {
                binder.Refuse(
                    ModelRefusalReason.BadAttribute,
                    $"Expected branches without inputs and with as many outputs as each other, {_outputs} or more, got {branch.Inputs.Length} inputs and {branch.Outputs.Length} outputs.");
            }
        }
    }

    internal override TensorSignature?[] Infer(BodyShapes shapes)
    {
        if (shapes.ValueOf(0) is { Type: ElementType.Boolean, Length: 1 } condition)
        {
            return shapes.Infer(condition.Bytes.Span[0] != 0 ? Then : Else, [])[.._outputs];
        }

        TensorSignature?[] first = shapes.Infer(Then, []);
        TensorSignature?[] second = shapes.Infer(Else, []);
        return [.. first.Zip(second, (a, b) => a == b ? a : null).Take(_outputs)];
    }

    internal override TensorValue[] Run(BodyRun run) =>
        [.. run.Run(run.ReadCondition(run.Inputs[0]!, "a condition") ? Then : Else, 0, []).Take(_outputs).Select(run.Own)];
}
