using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Einsum: each output element is a contraction over the axes that the output does not have, in the order in which the equation names them first, the first one slowest. The
/// right factor is the last operand's element (1 where there is only one operand), the left one the product of the others from the left, every product rounded. With one operand
/// and nothing to sum, elements are moved. Integers wrap.
/// </summary>
internal sealed class EinsumOperator : BoundOperator
{
    private readonly EinsumEquation _equation;

    internal EinsumOperator(NodeBinder binder)
    {
        binder.Arity(1, int.MaxValue);
        string text = binder.Text("equation", "");
        if (!EinsumEquation.TryParse(text, out EinsumEquation? equation) || equation.Operands.Length != binder.Node.Inputs.Length)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected an equation of {binder.Node.Inputs.Length} operands, got '{text}'.");
        }

        _equation = equation ?? new EinsumEquation([""], "");
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out EinsumPlan? plan);
        return inputs.TypeOf(0) switch
        {
            ElementType.Float32 => ElementBits.Of(Sum<float>(context, inputs, plan!, index, CanonicalMath.FusedMultiplyAdd)),
            ElementType.Float64 => ElementBits.Of(Sum<double>(context, inputs, plan!, index, CanonicalMath.FusedMultiplyAdd)),
            ElementType type => ElementBits.Of(unchecked((long)Sum<ulong>(context, inputs, plan!, index, (x, y, sum) => unchecked((x * y) + sum))), type),
        };
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs.TypeOf(i) != inputs.TypeOf(0) || inputs.TypeOf(0) == ElementType.Boolean)
            {
                return $"Expected numbers of one type, got {inputs.SignatureOf(0)} and {inputs.SignatureOf(i)}.";
            }
        }

        if (Plan(inputs, out EinsumPlan? plan) is string fault)
        {
            return fault;
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), plan!.Output);
        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        _ = Plan(new TensorInputs(inputs.ToArray()), out EinsumPlan? plan);
        return outputs[0] is { Length: > 0 } output && EinsumProduct.Fits(plan!, output.Signature) ? new EinsumProduct(plan!).ScratchBytes(threads) : 0;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        var reader = new TensorInputs(inputs.ToArray());
        _ = Plan(reader, out EinsumPlan? plan);
        if (inputs.Length == 1 && plan!.Lengths.Length == plan.OutputRank)
        {
            StridedCopy.ToWhole(context, inputs[0]!.Bytes, 0, plan.Strides[0], output);
            return;
        }

        if (EinsumProduct.Fits(plan!, output.Signature))
        {
            new EinsumProduct(plan!).Run(context, inputs[0]!, inputs[1]!, output);
            return;
        }

        int size = ElementTypes.SizeOf(output.Signature.Type);
        long work = 20 + (long)Int128.Min(long.MaxValue / 4, (Int128)plan!.Summed.ElementCount * 20 * inputs.Length);
        context.For(output.Length, work, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                ElementBits.Write(Element(context, reader, 0, i), output.Bytes.Slice(i * size, size));
            }
        });
    }

    private static T Sum<T>(OperatorContext context, OperatorInputs inputs, EinsumPlan plan, long index, Func<T, T, T, T> fuse)
        where T : unmanaged, INumber<T>
    {
        int operands = plan.Strides.Length;
        long[] starts = new long[operands];
        for (int i = 0; i < operands; i++)
        {
            starts[i] = plan.Offset(i, index, 0, plan.OutputRank);
        }

        T Read(int operand, long k)
        {
            ulong bits = inputs.ReadBits(operand, starts[operand] + plan.Offset(operand, k, plan.OutputRank, plan.Lengths.Length));
            return typeof(T) == typeof(ulong) ? (T)(object)bits : ElementBits.To<T>(bits);
        }

        if (operands == 1 && plan.Lengths.Length == plan.OutputRank)
        {
            return Read(0, 0);
        }

        T total = T.Zero;
        long count = plan.Summed.ElementCount;
        for (long start = 0; start < count; start += Contraction.BlockLength)
        {
            // A few short operands may have more products than anyone waits for.
            context.CancellationToken.ThrowIfCancellationRequested();
            T block = T.Zero;
            for (long k = start; k < Math.Min(count, start + Contraction.BlockLength); k++)
            {
                T left = Read(0, k);
                for (int i = 1; i + 1 < operands; i++)
                {
                    left = unchecked(left * Read(i, k));
                }

                block = fuse(left, operands == 1 ? T.One : Read(operands - 1, k), block);
            }

            total = start == 0 ? block : unchecked(block + total);
        }

        return total;
    }

    private string? Plan(OperatorInputs inputs, out EinsumPlan? plan)
    {
        var shapes = new TensorShape[inputs.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            shapes[i] = inputs.ShapeOf(i);
        }

        return EinsumPlan.Make(_equation, shapes, out plan);
    }
}
