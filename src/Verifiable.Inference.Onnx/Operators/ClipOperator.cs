using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Clip of binary32: min(max(x, lower), upper) by the rules of <see cref="CanonicalMath.Max"/> and <see cref="CanonicalMath.Min"/>.
/// An absent bound is the least or the largest finite number, as the standard has it: an infinity is clipped too.</summary>
internal sealed class ClipOperator : BoundOperator
{
    private readonly float _lower = float.MinValue;
    private readonly float _upper = float.MaxValue;

    private ClipOperator(NodeBinder binder, bool boundsAreInputs)
    {
        binder.Arity(1, boundsAreInputs ? 3 : 1);
        if (!boundsAreInputs)
        {
            _lower = binder.Float("min", float.MinValue);
            _upper = binder.Float("max", float.MaxValue);
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Clip", 6, binder => new ClipOperator(binder, false), 10),
        new("Clip", 11, binder => new ClipOperator(binder, true)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        float lower = inputs.Has(1) ? inputs.ReadSingle(1, 0) : _lower;
        float upper = inputs.Has(2) ? inputs.ReadSingle(2, 0) : _upper;
        return ElementBits.Of(CanonicalMath.Min(CanonicalMath.Max(inputs.ReadSingle(0, index), lower), upper));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32);
        for (int bound = 1; bound <= 2 && fault is null; bound++)
        {
            if (inputs.Has(bound))
            {
                fault = Faults.RequireSameType(inputs, bound, 0)
                    ?? (inputs.ShapeOf(bound).ElementCount == 1 ? null : $"Expected one number as bound, got {inputs.ShapeOf(bound)}.");
            }
        }

        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        float lower = inputs.Length > 1 && inputs[1] is TensorValue least ? least.AsSpan<float>()[0] : _lower;
        float upper = inputs.Length > 2 && inputs[2] is TensorValue most ? most.AsSpan<float>()[0] : _upper;
        context.For(output.Length, 2, (from, to) =>
        {
            ReadOnlySpan<float> x = input.AsSpan<float>();
            Span<float> y = output.AsSpan<float>();
            for (int i = from; i < to; i++)
            {
                y[i] = CanonicalMath.Min(CanonicalMath.Max(x[i], lower), upper);
            }
        });
    }
}
